import { expect } from "vitest";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// The life of a key in the terminal UI, step by step. What each step did is asked for by command at
// another seat, which may be another server's.

export const ENTER = "\r";
export const ESCAPE = "\x1b";
const TAB = "\t";
const SHIFT_TAB = "\x1b[Z";
const RIGHT = "\x1b[C";
export const CTRL_S = "\x13";

/** From the empty list to the page of the new key; gives its token. */
export async function createOnScreen(shown: Terminal, title: string): Promise<string> {
  await shown.shows("No secret API keys yet.");
  await shown.shows("Press n to create one.");

  // A changed form isn't left without being asked.
  shown.type("n");
  await shown.shows("Create secret API key");
  shown.type(title);
  await shown.shows(title);
  shown.type(ESCAPE);
  await shown.shows("Discard");
  shown.type(ESCAPE);
  await shown.hides("Discard");
  shown.type(CTRL_S);

  const token = await tokenOnScreen(shown);
  shown.type(ENTER);
  await shown.shows(`› Secret API keys › ${title}`);
  return token;
}

/** The page of a new token: masked, shown, copied, masked again. */
async function tokenOnScreen(shown: Terminal): Promise<string> {
  await shown.shows(/This is the only time\s+it is shown\./);
  await shown.shows(/sk_•{40,}[0-9A-Za-z]{4}/);
  shown.type("s");
  await shown.shows(/sk_[0-9A-Za-z]{49}/);
  const token = /sk_[0-9A-Za-z]{49}/.exec(shown.screen())?.[0] as string;
  shown.type("c");
  await shown.shows("Sent to your terminal's clipboard.");
  expect(clipboard(shown)).toBe(token);
  shown.type("s");
  await shown.hides(token);
  return token;
}

/** What was last sent to the terminal's clipboard (OSC 52). */
function clipboard(terminal: Terminal): string {
  const sent = [...terminal.written().matchAll(/\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)/g)].at(
    -1,
  );
  return Buffer.from(sent?.[1] ?? "", "base64").toString();
}

/** In the drawer over the key's page: the title's last two characters give way to these. */
export async function renameOnScreen(shown: Terminal, ending: string): Promise<void> {
  shown.type("e");
  await shown.shows("Edit secret API key");
  shown.type("\x7f\x7f");
  shown.type(ending);
  shown.type(ENTER);
  await shown.shows("renamed from");
}

/** On the key's page: scheduled, moved, and taken back. The key works all the while. */
export async function scheduleOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  token: string,
): Promise<void> {
  const choose = async (choice: string, presses: number, deed: string) => {
    shown.type("x");
    await shown.shows("When");
    shown.type(SHIFT_TAB + RIGHT.repeat(presses));
    await shown.shows(`◉ ${choice}`);
    shown.type(TAB + TAB);
    await shown.shows(`▌${deed}▐`);
    shown.type(ENTER);
    await shown.hides("When");
  };
  await choose("in 1 hour", 1, "Schedule revocation");
  await shown.shows(/◐ revokes in (5\d min|1 h)/);
  expect(await elsewhere.verdict(token)).toBe("VALID");
  await choose("in 24 hours", 2, "Schedule revocation");
  await shown.shows(/◐ revokes (in 23 h|\d)/);
  await choose("not at all", 4, "Cancel the schedule");
  await shown.shows("● active");
  expect(await elsewhere.verdict(token)).toBe("VALID");
}

/** On the key's page: to the page of its successor; gives its token. The old key works for a day. */
export async function rotateOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  token: string,
): Promise<string> {
  shown.type("t");
  await shown.shows("◉ 24 hours");
  shown.type(TAB);
  await shown.shows("▌Rotate API key▐");
  shown.type(ENTER);
  const successor = await tokenOnScreen(shown);
  shown.type(ENTER);
  await shown.shows("Rotated from");
  expect(await Promise.all([token, successor].map(elsewhere.verdict))).toEqual(["VALID", "VALID"]);
  return successor;
}

/** On the key's page: asked for by its title, with Cancel focused first. */
export async function revokeOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  { title, token }: { readonly title: string; readonly token: string },
): Promise<void> {
  shown.type("x");
  await shown.shows(`Revoke ${title}?`);
  await shown.shows("▌Cancel▐");
  shown.type(ENTER);
  await shown.hides(`Revoke ${title}?`);
  expect(await elsewhere.verdict(token)).toBe("VALID");
  shown.type("x");
  await shown.shows("▌Cancel▐");
  shown.type(TAB);
  await shown.shows("▌Revoke API key▐");
  shown.type(ENTER);
  await shown.shows("○ revoked");
  expect(await elsewhere.verdict(token)).toBe("REVOKED");
}

/** On the page of a revoked key: asked for too, then back at the list. */
export async function deleteOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  { title, token }: { readonly title: string; readonly token: string },
): Promise<void> {
  shown.type("X");
  await shown.shows(`Delete ${title}?`);
  await shown.shows("▌Cancel▐");
  shown.type(TAB);
  await shown.shows("▌Delete API key▐");
  shown.type(ENTER);
  await shown.shows(`${title} is deleted. Its history stays in the log.`);
  expect(await elsewhere.verdict(token)).toBe("NOT_FOUND");
}

/** On the page for signing in. */
export function signInOnScreen(shown: Terminal, email: string, password: string): void {
  shown.type(`${email}\r`);
  shown.type(`${password}\r`);
}
