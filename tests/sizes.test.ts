import { expect, test } from "vitest";
import { SIZES } from "../packages/tui/pictures/sizes.ts";
import { width } from "../packages/tui/src/format/width.ts";
import { installation } from "./support/installation.ts";
import {
  createOnScreen,
  deleteOnScreen,
  ESCAPE,
  renameOnScreen,
  revokeOnScreen,
  rotateOnScreen,
  scheduleOnScreen,
} from "./support/life-on-screen.ts";
import type { Terminal } from "./support/terminal.ts";

// The life of a key, and each screen, in windows from the smallest to a large one, under titles that are
// hard on columns: wide, with marks that nothing can be composed with, from right to left.

const TITLES = [
  "鍵 日本語",
  "q\u0301\u0308\u0301 m\u0303",
  "🔑 d\u00e9ploi 🚀",
  "مفتاح ab",
] as const;

/** What opens over a key's page, and words in it. */
const DIALOGS = [
  ["e", "Edit secret API key"],
  ["x", "When"],
  ["t", "24 hours"],
  [":", "Commands, screens and keys"],
  ["?", "Rotate: a new token in its place"],
] as const;

/** Each screen by its letter, the list last. */
const SCREENS = [
  ["a", "deleted  "],
  ["u", "Users"],
  ["p", "Profile"],
  ["k", "1 key"],
] as const;

test.each(SIZES.map((size, index) => ({ size, title: TITLES[index] as string })))(
  "the life of “$title” in a window of $size",
  async ({ size: [columns, rows], title }) => {
    const here = await installation();
    const shown = here.terminal({ columns, rows });
    const token = await createOnScreen(shown, title);
    expect(await here.verdict(token)).toBe("VALID");
    await renameOnScreen(shown, " 2");
    await scheduleOnScreen(shown, here, token);
    const successor = await rotateOnScreen(shown, here, token);
    let framed = 0;
    for (const [key, words] of DIALOGS) {
      shown.type(key);
      await shown.shows(words);
      // A picture may be half drawn yet.
      await expect.poll(() => new Set(ends(shown)).size, { message: words }).toBeLessThanOrEqual(1);
      framed += ends(shown).length;
      shown.type(ESCAPE);
      await shown.shows("esc back");
    }
    expect(framed).toBeGreaterThan(0);

    const [active] = (await here.keys("--status", "active")).items;
    const renamed = active?.title ?? "";
    await revokeOnScreen(shown, here, { title: renamed, token: successor });
    await deleteOnScreen(shown, here, { title: renamed, token: successor });
    await shown.shows("1 key");
    for (const [key, words] of SCREENS) {
      shown.type(`,${key}`);
      await shown.shows(words);
    }
    shown.type("q");
    expect(await shown.ended()).toBe(0);
  },
);

/** Where the rows of what has a frame end: whatever stands in it, at its border. */
function ends(shown: Terminal): number[] {
  return shown
    .rows()
    .filter((row) => /[╮│╯]$/.test(row))
    .map((row) => width(row));
}
