import { expect } from "vitest";
import { showsDialog } from "./frame.ts";
import { CTRL_S, ENTER } from "./life-on-screen.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

const TAB = "\t";

/** Ends the only other session, which is the one of that seat. */
export async function endSessionOnScreen(shown: Terminal, other: CommandRunner) {
  shown.type(",p");
  await shown.shows("2 sessions");
  await shown.shows(/▌ .* this one$/m);
  expect((await other.run(["whoami"])).code).toBe(0);
  shown.type("j");
  await shown.shows(/▌ .* http$/m);
  shown.type("x");
  await showsDialog(shown, "End this session?");
  await shown.shows("▌Cancel▐");
  shown.type(TAB);
  await shown.shows("▌End session▐");
  shown.type(ENTER);
  await shown.shows("The session has ended.");
  await shown.shows("1 session");
  expect((await other.run(["whoami"])).code).toBe(4);
}

/** One's own: twice differently first, then as it is to be. */
export async function changePasswordOnScreen(shown: Terminal, before: string, after: string) {
  shown.type("p");
  await showsDialog(shown, "Change password");
  shown.type(`${before}\t${after}\t${after}?`);
  shown.type(CTRL_S);
  await shown.shows("The two passwords differ.");
  await showsDialog(shown, "Change password");
  shown.type("\x7f");
  shown.type(CTRL_S);
  await shown.shows("Your password is changed.");
}
