import { Argument, Command } from "commander";
import type { Console } from "../console.ts";
import { print } from "../run-command.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { type CommandNode, treeOf } from "./tree.ts";
import { zshCompletion } from "./zsh.ts";

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } satisfies Record<
  string,
  (nodes: readonly CommandNode[]) => string
>;
type Shell = keyof typeof scripts;

/**
 * latchkey completion: the script sends no requests while it completes, so it is fast and works offline. It has no
 * ids of keys: reading them would open the database at every Tab.
 */
export function completionCommand(console: Console, exit: (code: number) => void): Command {
  const own = new Command("completion")
    .description("print a script that completes this command in a shell")
    .addArgument(new Argument("<shell>").choices(Object.keys(scripts)))
    .option("--json", "print one JSON document on standard output")
    .action(async (shell: Shell, options: { json?: true }) => {
      const script = scripts[shell](treeOf(rootOf(own)));
      exit(await print(console, options, { json: { shell, script }, text: script.trimEnd() }));
    });
  return own;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
