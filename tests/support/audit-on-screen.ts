import { expect } from "vitest";
import { showsDialog } from "./frame.ts";
import { ENTER, ESCAPE } from "./life-on-screen.ts";
import { literally } from "./literally.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

const TAB = "\t";
const RIGHT = "\x1b[C";

/** From the whole log to the one renaming of a key, by words that are completed, and to the key itself. */
export async function filterLogOnScreen(shown: Terminal, title: string, renamed: string) {
  shown.type(",a");
  await shown.shows("About you and your keys");
  await shown.shows(" renamed ");
  shown.type("f");
  await showsDialog(shown, "Filter the log");
  shown.type("key.ren");
  await shown.shows("→ key.renamed");
  shown.type(RIGHT + TAB + TAB + renamed);
  await shown.shows(new RegExp(`→ ${literally(renamed)} sk_`));
  await showsDialog(shown, "Filter the log");
  shown.type(RIGHT + ENTER);
  await shown.shows(`f key.renamed · of ${renamed} sk_`);
  await shown.shows("1–1 of 1");
  await shown.shows(new RegExp(`▌ .* renamed +${literally(renamed)}`));

  shown.type(ENTER);
  await shown.shows(`Renamed from “${title}”`);
  shown.type("o");
  await shown.shows(new RegExp(`${literally(renamed)} .*· live`));
  shown.type(ESCAPE);
  await shown.shows(`Renamed from “${title}”`);
  shown.type(ESCAPE);
  await shown.shows("f key.renamed");
  shown.type(ESCAPE);
  await shown.shows("About you and your keys");
}

/** An event's page, and from there to the one before it and back. */
export async function openEventOnScreen(shown: Terminal, elsewhere: CommandRunner) {
  const [newest, before] = (await elsewhere.events("--limit", "2")).items;
  expect(before).toBeDefined();
  shown.type("g");
  await shown.shows("following");
  shown.type(ENTER);
  await shown.shows(`Event ${newest?.seq} `);
  shown.type("]");
  await shown.shows(`Event ${before?.seq} `);
  await shown.shows(before?.type as string);
  shown.type("[");
  await shown.shows(`Event ${newest?.seq} `);
  shown.type(ESCAPE);
  await shown.shows("following");
}
