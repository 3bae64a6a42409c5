import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";

// Does what docs/tour.md tells: it presses and types what stands there in its steps, and looks for the
// words that are to show.

const SEQUENCES: Readonly<Record<string, string>> = {
  enter: "\r",
  esc: "\u001B",
  tab: "\t",
  "shift-tab": "\u001B[Z",
  "→": "\u001B[C",
  "ctrl-s": "\u0013",
};
const WINDOW = { columns: 100, rows: 36 };

type Step =
  | { readonly does: "press" | "type"; readonly keys: string }
  | { readonly does: "see"; readonly words: string };

/** The steps of the numbered lines, in their order. */
function stepsIn(document: string): Step[] {
  const lines = document.split("\n").filter((line) => /^\d+\. /.test(line));
  return lines.flatMap((line) =>
    [...line.matchAll(/(?<type>\b[Tt]ype )?`(?<keys>[^`]+)`|\*\*(?<words>[^*]+)\*\*/g)].map(
      ({ groups = {} }): Step => {
        const { keys = "", words, type } = groups;
        if (words !== undefined) return { does: "see", words };
        return { does: type === undefined ? "press" : "type", keys };
      },
    ),
  );
}

test("docs/tour.md can be followed to the letter", async () => {
  const steps = stepsIn(await readFile(new URL("../docs/tour.md", import.meta.url), "utf8"));
  const { terminal, events } = await installation();
  const shown = terminal(WINDOW);
  for (const step of steps) {
    if (step.does === "see") await shown.shows(step.words);
    else if (step.does === "type") shown.type(step.keys);
    else shown.type(SEQUENCES[step.keys] ?? step.keys);
  }
  expect(await shown.ended()).toBe(0);
  const types = (await events()).items.map(({ type }) => type).toReversed();
  expect(types).toEqual([
    "user.created",
    "key.created",
    "key.renamed",
    "key.revocation_scheduled",
    "key.revocation_canceled",
    "key.created",
    "key.rotated",
    "key.revoked",
    "key.deleted",
  ]);
});
