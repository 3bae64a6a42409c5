import { expect } from "vitest";
import { showsColumn, showsDialog } from "./frame.ts";
import { ENTER, ESCAPE } from "./life-on-screen.ts";
import { literally } from "./literally.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// What can be done with the list of keys, step by step. What is to stand in it is asked for by command.

const UP = "\x1b[A";
const TAB = "\t";
const RIGHT = "\x1b[C";
const PAGE_UP = "\x1b[5~";
const PAGE_DOWN = "\x1b[6~";
const PAGE = 20;
/** Lines of the window that are no keys. */
const OTHER_LINES = 8;

/** Types into the search, finds one, finds none, and clears it. */
export async function searchOnScreen(shown: Terminal, title: string, count: number) {
  shown.type("/");
  await shown.shows("enter to the list");
  shown.type(title);
  await shown.shows(`/ ${title}`);
  await shown.shows("1 key · mine");
  shown.type(ENTER);
  await isSelected(shown, title);
  shown.type("/no such title");
  await shown.shows("No key matches.");
  shown.type(ESCAPE);
  await shown.shows(`${count} keys · mine`);
}

/** By status, to the one revoked key, then by days on which all were made. */
export async function filterOnScreen(shown: Terminal, revoked: string, count: number) {
  shown.type("f");
  await showsDialog(shown, "Filter");
  shown.type(RIGHT.repeat(3));
  await shown.shows("‹ revoked ›");
  await showsDialog(shown, "Filter");
  shown.type(ENTER);
  await shown.shows("1 key · mine");
  await shown.shows("status: revoked");
  await isSelected(shown, revoked);
  shown.type(ESCAPE);
  await shown.hides("status: revoked");
  await shown.shows(`${count} keys · mine`);
  shown.type("f");
  await showsDialog(shown, "Filter");
  shown.type(TAB + RIGHT + RIGHT);
  await shown.shows(/Created +‹ last 7 days ›/);
  shown.type(ENTER);
  await shown.shows("created: last 7 days");
  await shown.shows(`1–20 of ${count}`);
  shown.type(ESCAPE);
  await shown.hides("created: last 7 days");
}

/** By title from a dialog, then the other way round. */
export async function sortOnScreen(shown: Terminal, elsewhere: CommandRunner) {
  const first = async (...order: string[]) =>
    (await elsewhere.keys("--limit", "1", ...order)).items[0]?.title ?? "";
  shown.type("s");
  await showsDialog(shown, "Sort");
  shown.type(UP);
  await shown.shows(/Title +‹ [AZ] to [AZ] ›/);
  if (!/Title +‹ A to Z ›/.test(shown.screen())) {
    shown.type(RIGHT);
    await shown.shows(/Title +‹ A to Z ›/);
  }
  shown.type(ENTER);
  await shown.shows("title, A to Z");
  await isSelected(shown, await first("--sort", "title", "--order", "asc"));
  shown.type("S");
  await shown.shows("title, Z to A");
  await isSelected(shown, await first("--sort", "title", "--order", "desc"));
  shown.type("s");
  await showsDialog(shown, "Sort");
  shown.type("j");
  await shown.shows(/Created +‹ newest first ›/);
  shown.type(ENTER);
  await shown.hides("title, Z to A");
  await isSelected(shown, await first());
}

/** Through the pages by screens, to their ends, and back. */
export async function pageOnScreen(shown: Terminal, elsewhere: CommandRunner) {
  const { items, total } = await elsewhere.keys("--limit", "100");
  const screen = shown.rows().length - OTHER_LINES;
  const at = (index: number) => isSelected(shown, items[index]?.title ?? "none");
  const last = items.length - 1;
  expect(total).toBe(items.length);
  expect(last).toBeGreaterThan(2 * PAGE);

  await at(0);
  for (let row = 0; row < PAGE - 1; ) {
    shown.type(PAGE_DOWN);
    row = Math.min(PAGE - 1, row + screen);
    await at(row);
  }
  shown.type(PAGE_DOWN);
  await shown.shows(`21–40 of ${total}`);
  await at(PAGE);
  shown.type("G");
  await at(2 * PAGE - 1);
  shown.type("]");
  await shown.shows(`41–${total} of ${total}`);
  await at(2 * PAGE);
  await showsColumn(shown, "●");
  shown.type("G");
  await at(last);
  shown.type("g");
  await at(2 * PAGE);
  shown.type(PAGE_UP);
  await shown.shows(`21–40 of ${total}`);
  shown.type("g[");
  await shown.shows(`1–20 of ${total}`);
  shown.type("g");
  await at(0);
}

/** Finds a key by what is typed, from wherever one is, and opens it. */
export async function findOnScreen(shown: Terminal, title: string) {
  shown.type(":");
  await showsDialog(shown, "Commands, screens and keys");
  shown.type(title);
  await isSelected(shown, title);
  await showsDialog(shown, "Commands, screens and keys");
  shown.type(ENTER);
  await shown.shows("History");
  // In the header, however little of the way there it has room for.
  await shown.shows(new RegExp(`${literally(title)} .*· live`));
  shown.type(ESCAPE);
  await shown.hides("History");
}

/** The cursor stands on the row that begins so. */
async function isSelected(shown: Terminal, words: string) {
  await shown.shows(`▌ ${words}`);
}
