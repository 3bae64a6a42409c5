import { expect, test } from "vitest";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { showsDialog, showsDrawer } from "./support/frame.ts";
import { HARD_TITLES } from "./support/hard-titles.ts";
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

// The life of a key, and each screen, in windows from the smallest to a large one, under titles that are
// hard on columns.

/** What opens over a key's page: words in it, and the title of its frame where it has one. */
const OVER_A_KEY = [
  { key: "e", words: "Edit secret API key", drawer: "Edit secret API key" },
  { key: "x", words: "When", dialog: "Revoke " },
  { key: "t", words: "24 hours", dialog: "Rotate " },
  { key: ":", words: "Commands, screens and keys", dialog: "Commands, screens and keys" },
  { key: "?", words: "Rotate: a new token in its place" },
] as const;

/** Each screen by its letter, the list last. */
const SCREENS = [
  ["a", "deleted  "],
  ["u", "Users"],
  ["p", "Profile"],
  ["k", "1 key"],
] as const;

test.each(SIZES.map((size, index) => ({ size, title: HARD_TITLES[index] as string })))(
  "the life of “$title” in a window of $size",
  async ({ size: [columns, rows], title }) => {
    const here = await installation();
    const shown = here.terminal({ columns, rows });
    const token = await createOnScreen(shown, title);
    expect(await here.verdict(token)).toBe("VALID");
    await renameOnScreen(shown, " 2");
    await scheduleOnScreen(shown, here, token);
    const successor = await rotateOnScreen(shown, here, token);
    for (const { key, words, ...frame } of OVER_A_KEY) {
      shown.type(key);
      await shown.shows(words);
      if ("dialog" in frame) await showsDialog(shown, frame.dialog);
      if ("drawer" in frame) await showsDrawer(shown, frame.drawer);
      shown.type(ESCAPE);
      await shown.shows("esc back");
    }

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
