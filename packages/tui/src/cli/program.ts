import { Command, CommanderError, type OutputConfiguration } from "commander";
import { passwordCommand, sessionsCommand } from "./account.ts";
import { auditCommand } from "./audit.ts";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import type { Opening } from "../connection/connection.ts";
import type { Target } from "../connection/connect.ts";
import { keysCommand } from "./keys.ts";
import { command } from "./options.ts";
import { completionCommand } from "./completion/command.ts";
import { type CommonOptions, fail, print, runner } from "./run-command.ts";
import { loginCommand, logoutCommand, whoamiCommand } from "./login.ts";
import { serveCommand } from "./serve/serve.ts";
import { authorizedKeysCommand, sshSessionCommand } from "./sshd.ts";
import { sshKeysCommand } from "./ssh-keys.ts";
import { unquoted } from "./unquoted.ts";
import { usersCommand } from "./users.ts";

const VERSION = "0.1.0";

/** Only for a person's own machine, or the server's; not over SSH. */
const OF_THIS_MACHINE = [
  "serve",
  "login",
  "logout",
  "migrate",
  "completion",
  "ssh-authorized-keys",
  "ssh-session",
];

/**
 * Runs the command line.
 *
 * @param openTerminal what `latchkey` alone runs
 * @returns the exit code
 */
export async function runProgram(
  args: readonly string[],
  console: Console,
  openTerminal: (opening: Opening) => Promise<number>,
): Promise<number> {
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  const run = runner(console, exit);
  const json = args.includes("--json");
  const program = new Command("latchkey")
    .description(
      "Secret API keys: issue, guard and retire them.\nWithout a command it opens the terminal UI.",
    )
    .version(VERSION)
    .option("--data-dir <folder>", "the data folder of an embedded installation")
    .option("--url <address>", "the server, like https://keys.example.com")
    .helpCommand(false)
    // So that a command has its own --data-dir; one before the command counts as well.
    .enablePositionalOptions()
    .hook("preAction", (root, action) => {
      for (const [name, value] of Object.entries(root.opts())) {
        if (action.getOptionValue(name) === undefined) action.setOptionValue(name, value);
      }
    });
  const migrate = command("migrate", "bring the database's schema up to date, then exit").action(
    async (options: CommonOptions) =>
      run(options, async () => ({ json: {}, text: "", aside: "The schema is up to date." })),
  );
  for (const each of [
    serveCommand(console, exit),
    keysCommand(console, exit),
    loginCommand(console, exit),
    logoutCommand(console, exit),
    whoamiCommand(console, exit),
    passwordCommand(console, exit),
    sessionsCommand(console, exit),
    usersCommand(console, exit),
    sshKeysCommand(console, exit),
    auditCommand(console, exit),
    authorizedKeysCommand(console, exit),
    sshSessionCommand(console, exit, {
      runProgram: (words, visiting) => runProgram(words, visiting, openTerminal),
      openTerminal: (connection) =>
        openTerminal({ connect: async () => connection, suspends: false }),
    }),
    migrate,
    completionCommand(console, exit),
  ]) {
    if (console.isLocal || !OF_THIS_MACHINE.includes(each.name())) program.addCommand(each);
  }
  const shown: string[] = [];
  quietly(program, console, {
    writeOut: (text) => shown.push(text),
    writeErr: (text) => {
      if (!json) console.err(unquoted(text.trimEnd(), args));
    },
  });
  try {
    const { operands, unknown } = program.parseOptions([...args]);
    if (operands.length + unknown.length === 0) {
      return await openTerminal({ connect: () => console.connect(program.opts<Target>()) });
    }
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version also end this way, with 0; commander has printed a usage mistake.
    if (!(error instanceof CommanderError)) return fail(console, json ? { json: true } : {}, error);
    if (error.exitCode === 0) {
      return print(console, {}, { json: null, text: shown.join("").trimEnd() });
    }
    const message = unquoted(error.message, args).replace(/^error: /, "");
    if (json) await fail(console, { json: true }, usage(message));
    return 2;
  }
}

/** Makes a command and its subcommands throw rather than exit, and print only through this console. */
function quietly(
  target: Command,
  { screen }: Pick<Console, "screen">,
  output: OutputConfiguration,
): void {
  const width = () => screen?.columns ?? 80;
  target.exitOverride();
  target.configureOutput({ ...output, getOutHelpWidth: width, getErrHelpWidth: width });
  target.showHelpAfterError("(add --help for what it takes)");
  for (const below of target.commands) quietly(below, { screen }, output);
}
