import {
  contextNames,
  everywhere,
  helpOf,
  type KeyContext,
  keyName,
  keymap,
} from "../src/kit/keymap.ts";

// docs/keys.md, made from the one table of keys.

const INTRODUCTION = `# Keys of the terminal

Made from \`packages/tui/src/keymap.ts\`. \`npm test -- packages/tui/test/keys-document.test.ts -u\` makes it
again, and the same test fails where it is not current.

\`?\` shows the keys of the screen you are on, \`:\` finds any of its commands by name, and the lowest line
always has the most usual ones.
`;

export function keysDocument(): string {
  const contexts = Object.keys(keymap) as KeyContext[];
  const own = contexts.map((context) => {
    const shared: readonly string[] = everywhere.map(({ help }) => help);
    return section(
      contextNames[context],
      helpOf(context).filter(({ help }) => !shared.includes(help)),
    );
  });
  const above = everywhere.map(({ keys, help }) => ({ keys: keys.map(keyName).join(" "), help }));
  return [INTRODUCTION, ...own, section("Everywhere", above)].join("\n");
}

function section(
  title: string,
  rows: readonly { readonly keys: string; readonly help: string }[],
): string {
  const lines = rows.map(({ keys, help }) => {
    const named = keys.split(" ").map((key) => `\`${key.replaceAll("|", "\\|")}\``);
    return `| ${named.join(" ")} | ${help} |`;
  });
  return [`## ${title}`, "", "| keys | |", "|---|---|", ...lines, ""].join("\n");
}
