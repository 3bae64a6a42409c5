import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";
import {
  createOnScreen,
  deleteOnScreen,
  ENTER,
  ESCAPE,
  renameOnScreen,
  revokeOnScreen,
  rotateOnScreen,
  scheduleOnScreen,
} from "./support/life-on-screen.ts";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

test("the whole life of a key: from an empty list to its last line in the log", async () => {
  const here = await installation();
  const { terminal, run, create, events, verdict } = here;
  const first = terminal();
  const token = await createOnScreen(first, "CI depl\u00f6y 🚀");
  await first.shows("Latchkey › Secret API keys › CI depl\u00f6y 🚀");
  await first.shows(/created +\S+@localhost/);
  expect(await verdict(token)).toBe("VALID");
  const title = "CI depl\u00f6y 2";
  await renameOnScreen(first, " 2");
  await first.shows(`› ${title}`);

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
      .filter((one) => one !== undefined);
  expect(order()).toEqual(["alpha", "Warehouse sync", title]);
  first.type("S");
  await expect.poll(order).toEqual([title, "Warehouse sync", "alpha"]);
  first.type("/");
  first.type("ware");
  await expect.poll(order).toEqual(["Warehouse sync"]);
  first.type("zzz");
  await first.shows("No key matches.");
  first.type(ESCAPE);
  await first.shows("3 keys · mine");

  // A second terminal joins the first; then the first is killed and the second takes over.
  const second = terminal({ columns: 80, rows: 24 });
  await second.shows("3 keys · mine");
  first.kill("SIGKILL");
  await first.ended();
  second.type("G");
  second.type(ENTER);
  await second.shows(`Latchkey › Secret API keys › ${title}`);

  await scheduleOnScreen(second, here, token);
  const successor = await rotateOnScreen(second, here, token);
  await second.shows("created by rotation");
  second.type("X");
  await second.shows("This key can't be deleted: revoke it first.");
  await revokeOnScreen(second, here, { title, token: successor });
  await deleteOnScreen(second, here, { title, token: successor });
  await second.shows("3 keys · mine");

  const types = (await events()).items.map(({ type }) => type);
  expect(types).toEqual([
    "key.deleted",
    "key.revoked",
    "key.rotated",
    "key.created",
    "key.revocation_canceled",
    "key.revocation_scheduled",
    "key.revocation_scheduled",
    "key.created",
    "key.created",
    "key.renamed",
    "key.created",
    "user.created",
  ]);
  second.type("q");
  expect(await second.ended()).toBe(0);
  expectRestored(second);
  expect((await run(["audit", "verify"])).stdout).toBe("The log holds: 12 events.\n");
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
  // The first one holds the database, and goes last.
  const holder = terminal();
  await holder.shows("No secret API keys yet.");
  const joined = [terminal(), terminal(), terminal()] as const;
  for (const shown of joined) await shown.shows("No secret API keys yet.");
  joined[0].type("q");
  joined[1].type("\x03");
  joined[2].kill("SIGHUP");
  await Promise.all(joined.map((shown) => shown.ended()));
  holder.kill("SIGTERM");
  await holder.ended();
  for (const shown of [...joined, holder]) expectRestored(shown);
});

function expectRestored(terminal: Terminal): void {
  const written = terminal.written();
  expect(written.lastIndexOf("\x1b[?1049l")).toBeGreaterThan(written.lastIndexOf("\x1b[?1049h"));
  expect(written.lastIndexOf("\x1b[?25h")).toBeGreaterThan(written.lastIndexOf("\x1b[?25l"));
}

test("an installation that can't be opened says why, and q leaves", async () => {
  const { terminal, create, dataDir } = await installation();
  await create("one");
  await rm(`${dataDir}/pepper`);
  const shown = terminal();
  await shown.shows(/pepper .*\s*is missing/);
  shown.type("q");
  await shown.ended();
});
