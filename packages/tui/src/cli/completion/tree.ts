import type { Command } from "commander";

// The command line as plain data, from commander's own tree: what a shell can complete.

type Flag = {
  /** E.g. `["-h", "--help"]`. */
  readonly names: readonly string[];
  readonly help: string;
  /** What may follow it: nothing, one of some words, a folder, or anything. */
  readonly value: "none" | "any" | "folder" | readonly string[];
};

type Word = { readonly word: string; readonly help: string };

export type CommandNode = {
  /** E.g. `latchkey keys list`. */
  readonly path: string;
  /** Commands below it, and words that its first argument may be. */
  readonly words: readonly Word[];
  readonly flags: readonly Flag[];
};

/** Every command from the root down, each with what can follow it. */
export function treeOf(command: Command, above = ""): CommandNode[] {
  const path = above === "" ? command.name() : `${above} ${command.name()}`;
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const node: CommandNode = {
    path,
    words: [
      ...below.map((one) => ({ word: one.name(), help: oneLine(one.description()) })),
      ...(command.registeredArguments[0]?.argChoices ?? []).map((word) => ({ word, help: "" })),
    ],
    flags: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      help: oneLine(option.description),
      value: !option.required
        ? "none"
        : (option.argChoices ?? (option.flags.includes("<folder>") ? "folder" : "any")),
    })),
  };
  return [node, ...below.flatMap((one) => treeOf(one, path))];
}

function oneLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** The flags that take a value, whichever command they belong to: what follows is no command. */
export function flagsWithValue(nodes: readonly CommandNode[]): string[] {
  const names = nodes.flatMap(({ flags }) =>
    flags.filter(({ value }) => value !== "none").flatMap(({ names: all }) => all),
  );
  return [...new Set(names)];
}
