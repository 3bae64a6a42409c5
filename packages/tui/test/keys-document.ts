import type { Binding } from "../src/kit/keymap/binding.ts";
import { keysOfText } from "../src/kit/keymap/text.ts";
import { contextNames, everywhere, helpOf, type KeyContext, keyName } from "../src/kit/keymap.ts";

// docs/keys.md, made from the one table of keys.

const INTRODUCTION = `# Keys of the terminal

Made from \`packages/tui/src/kit/keymap/\`. \`npm test -- packages/tui/test/keys-document.test.ts -u\` makes it
again, and the same test fails where it is not current.

\`?\` shows the keys of the screen you are on, \`:\` finds any of its commands by name, and the lowest line
always has the most usual ones.
`;

export function keysDocument(): string {
  const contexts = Object.keys(contextNames) as KeyContext[];
  const own = contexts.map((context) => {
    const shared: readonly string[] = everywhere.map(({ help }) => help);
    return section(
      contextNames[context],
      helpOf(context).filter(({ help }) => !shared.includes(help)),
    );
  });
  const written = ({ keys, help }: Binding) => ({ keys: keys.map(keyName).join(" "), help });
  return [
    INTRODUCTION,
    ...own,
    section("In a text field", keysOfText.map(written)),
    section("Everywhere", everywhere.map(written)),
  ].join("\n");
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
