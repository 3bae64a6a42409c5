import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";
import type { Terminal } from "./support/terminal.ts";

const ENTER = "\r";
const ESCAPE = "\x1b";
const TAB = "\t";

/** What was last sent to the terminal's clipboard (OSC 52). */
function clipboard(terminal: Terminal): string {
  const sent = [...terminal.written().matchAll(/\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)/g)].at(
    -1,
  );
  return Buffer.from(sent?.[1] ?? "", "base64").toString();
}

test("the whole life of a key: from an empty list to its last line in the log", async () => {
  const { terminal, run, create, events } = await installation();
  const first = terminal();
  await first.shows("No secret API keys yet.");
  await first.shows("Press n to create one.");

  // Create; a changed form isn't left without being asked.
  first.type("n");
  await first.shows("Create secret API key");
  first.type("CI depl\u00f6y 🚀");
  await first.shows("CI depl\u00f6y 🚀");
  first.type(ESCAPE);
  await first.shows(/Discard|Leave/);
  first.type(ESCAPE);
  await first.hides(/Discard|Leave/);
  first.type("\x13");

  // The token: masked, shown, copied.
  await first.shows("This is the only time it is shown.");
  expect(first.screen()).toMatch(/sk_•{40,}[0-9A-Za-z]{4}/);
  first.type("s");
  await first.shows(/sk_[0-9A-Za-z]{49}/);
  const token = /sk_[0-9A-Za-z]{49}/.exec(first.screen())?.[0] as string;
  first.type("c");
  await first.shows("Sent to your terminal's clipboard.");
  expect(clipboard(first)).toBe(token);
  first.type("s");
  await first.hides(token);

  first.type(ENTER);
  await first.shows("Latchkey › Secret API keys › CI depl\u00f6y 🚀");
  await first.shows(/created +\S+@localhost/);
  expect((await run(["keys", "verify"], token)).stdout).toBe("VALID\n");

  // Rename in the drawer.
  first.type("e");
  await first.shows("Edit secret API key");
  first.type("\x7f\x7f");
  first.type(" 2");
  first.type(ENTER);
  await first.shows("› CI depl\u00f6y 2");
  await first.shows("renamed from");

  // The list: another process's keys arrive; search, sort, filter.
  first.type(ESCAPE);
  await first.shows("1 key · mine");
  await create("Warehouse sync");
  await create("alpha");
  await first.shows("3 keys · mine");
  const order = () =>
    first
      .rows()
      .map((row) => /^[ ▌]+(CI depl\u00f6y 2|Warehouse sync|alpha) /.exec(row)?.[1])
      .filter((title) => title !== undefined);
  expect(order()).toEqual(["alpha", "Warehouse sync", "CI depl\u00f6y 2"]);
  first.type("S");
  await expect.poll(order).toEqual(["CI depl\u00f6y 2", "Warehouse sync", "alpha"]);
  first.type("/");
  first.type("ware");
  await expect.poll(order).toEqual(["Warehouse sync"]);
  first.type("zzz");
  await first.shows(/No keys? match|Nothing|nothing/);
  first.type(ESCAPE);
  await first.shows("3 keys · mine");

  // A second terminal joins the first; then the first is killed and the second takes over.
  const second = terminal({ columns: 80, rows: 24 });
  await second.shows("3 keys · mine");
  first.kill("SIGKILL");
  await first.ended();
  second.type("G");
  second.type(ENTER);
  await second.shows("Latchkey › Secret API keys › CI depl\u00f6y 2");

  // Revoke: asked, by name, with Cancel focused first.
  second.type("X");
  second.type("x");
  await second.shows("Revoke CI depl\u00f6y 2?");
  expect(second.screen()).toContain("▌Cancel▐");
  second.type(ENTER);
  await second.hides("Revoke CI depl\u00f6y 2?");
  expect((await run(["keys", "verify"], token)).stdout).toBe("VALID\n");
  second.type("x");
  await second.shows("▌Cancel▐");
  second.type(TAB);
  await second.shows("▌Revoke API key▐");
  second.type(ENTER);
  await second.shows("○ revoked");
  expect((await run(["keys", "verify"], token)).stdout).toBe("REVOKED\n");

  // Delete: asked too, then back at the list.
  second.type("X");
  await second.shows("Delete CI depl\u00f6y 2?");
  await second.shows("▌Cancel▐");
  second.type(TAB);
  second.type(ENTER);
  await second.shows("2 keys · mine");
  expect(second.screen()).toContain("CI depl\u00f6y 2 is deleted. Its history stays in the log.");
  expect((await run(["keys", "verify"], token)).stdout).toBe("NOT_FOUND\n");

  second.type("q");
  expect(await second.ended()).toBe(0);
  const types = (await events()).items.map(({ type }) => type);
  expect(types).toEqual([
    "key.deleted",
    "key.revoked",
    "key.created",
    "key.created",
    "key.renamed",
    "key.created",
    "user.created",
  ]);
  expect((await run(["audit", "verify"])).stdout).toBe("The log holds: 7 events.\n");
});

test("a terminal that joined shows the list again by itself when the holder is killed", async () => {
  const { terminal, create } = await installation();
  const holder = terminal();
  await holder.shows("No secret API keys yet.");
  const joined = terminal();
  await joined.shows("No secret API keys yet.");
  holder.kill("SIGKILL");
  await holder.ended();
  // Nobody presses a key: the next command finds the folder held by the one that took over.
  await joined.shows("· live");
  await create("made after the take-over");
  await joined.shows("made after the take-over");
  joined.type("q");
  expect(await joined.ended()).toBe(0);
});

test("every way out restores the screen", async () => {
  const { terminal } = await installation();
  for (const leave of [
    (shown: Terminal) => shown.type("q"),
    (shown: Terminal) => shown.type("\x03"),
    (shown: Terminal) => shown.kill("SIGTERM"),
    (shown: Terminal) => shown.kill("SIGHUP"),
  ]) {
    const shown = terminal();
    await shown.shows("No secret API keys yet.");
    leave(shown);
    await shown.ended();
    expect(shown.written().lastIndexOf("\x1b[?1049l")).toBeGreaterThan(
      shown.written().lastIndexOf("\x1b[?1049h"),
    );
    expect(shown.written().lastIndexOf("\x1b[?25h")).toBeGreaterThan(
      shown.written().lastIndexOf("\x1b[?25l"),
    );
  }
});

test("an installation that can't be opened says why, and q leaves", async () => {
  const { terminal, create, dataDir } = await installation();
  await create("one");
  await rm(`${dataDir}/pepper`);
  const shown = terminal();
  await shown.shows(/pepper .*\s*is missing/);
  shown.type("q");
  await shown.ended();
});
