import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

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
/** The upper and the lower border of a dialog, each whole. */
const DIALOG = /^[^╭\n]*╭─ .*╮.*$[^]*^[^╰\n]*╰─+╯.*$/m;
/** Something in the window's last row, to which the picture of a smaller one does not reach. */
const LAST_ROW = new RegExp(`^(?:.*\\n){${WINDOW.rows - 1}}.*\\S`);

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

/** Words beside a dialog say nothing of whether it stays. */
function isInDialog(shown: Terminal, words: string): boolean {
  return shown.rows().some((row) => {
    const [before = "", after = ""] = row.split(words, 2);
    return /[│╭]/.test(before) && /[│╮]/.test(after);
  });
}

/** Under an open dialog the window shrinks to the smallest that will do, and grows again. */
async function resizeUnder(dialog: Terminal): Promise<void> {
  dialog.resize(60, 16);
  await dialog.shows(DIALOG);
  dialog.resize(WINDOW.columns, WINDOW.rows);
  await dialog.shows(LAST_ROW);
  await dialog.shows(DIALOG);
}

test("docs/tour.md can be followed to the letter, in a window that shrinks and grows under each dialog", async () => {
  const steps = stepsIn(await readFile(new URL("../docs/tour.md", import.meta.url), "utf8"));
  const { terminal, events } = await installation();
  const shown = terminal(WINDOW);
  for (const step of steps) {
    if (step.does === "see") {
      await shown.shows(step.words);
      if (!isInDialog(shown, step.words)) continue;
      await resizeUnder(shown);
      await shown.shows(step.words);
    } else {
      shown.type(step.does === "type" ? step.keys : (SEQUENCES[step.keys] ?? step.keys));
    }
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
