import type { SshKey, User } from "@latchkey/client";
import { expect } from "vitest";
import { showsDialog } from "./frame.ts";
import { CTRL_S, ENTER, ESCAPE } from "./life-on-screen.ts";
import { literally } from "./literally.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// What an admin does with another user, step by step, and asks for by command at another seat.

const TAB = "\t";
const SHIFT_TAB = "\x1b[Z";
const RIGHT = "\x1b[C";

/** Someone new, and the list narrowed to them. */
export async function addUserOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  { email, name, password }: { email: string; name: string; password: string },
) {
  shown.type(",u");
  await shown.shows("Latchkey › Users");
  await shown.shows("● enabled");
  shown.type("n");
  await showsDialog(shown, "Add user");
  shown.type(email + TAB + name);
  await shown.shows(name);
  await showsDialog(shown, "Add user");
  shown.type(TAB + TAB + password + TAB + password);
  await shown.shows(/Password again[^•]*•+▏/);
  shown.type(CTRL_S);
  await shown.hides("Add user ─");
  shown.type(`/${email}`);
  await shown.shows(`/ ${email}`);
  shown.type(ENTER);
  await shown.shows(rowOf(email, "member", "● enabled"));
  expect(await user(elsewhere, email)).toMatchObject({ name, role: "member", disabled: false });
}

/** Another role, then shut out and let in again. */
export async function changeUserOnScreen(shown: Terminal, elsewhere: CommandRunner, email: string) {
  shown.type("e");
  await showsDialog(shown, `Role of ${email}`);
  shown.type(RIGHT);
  await shown.shows("◉ admin");
  shown.type(SHIFT_TAB);
  await shown.shows("▌Make admin▐");
  shown.type(ENTER);
  await shown.shows(rowOf(email, "admin", "● enabled"));
  expect(await user(elsewhere, email)).toMatchObject({ role: "admin" });

  shown.type("x");
  await showsDialog(shown, `Disable ${email}?`);
  await shown.shows("▌Cancel▐");
  shown.type(TAB);
  await shown.shows("▌Disable user▐");
  shown.type(ENTER);
  await shown.shows(rowOf(email, "admin", "○ disabled"));
  expect(await user(elsewhere, email)).toMatchObject({ disabled: true });

  shown.type("x");
  await showsDialog(shown, `Enable ${email}?`);
  shown.type(TAB);
  await shown.shows("▌Enable user▐");
  shown.type(ENTER);
  await shown.shows(rowOf(email, "admin", "● enabled"));
  expect(await user(elsewhere, email)).toMatchObject({ disabled: false });
}

export async function setPasswordOnScreen(shown: Terminal, email: string, password: string) {
  shown.type("p");
  await showsDialog(shown, `Password of ${email}`);
  shown.type(password + TAB + password);
  await showsDialog(shown, `Password of ${email}`);
  shown.type(CTRL_S);
  await shown.shows(`${email} has another password.`);
}

/** One of theirs under a label, added and removed. */
export async function sshKeysOnScreen(
  shown: Terminal,
  elsewhere: CommandRunner,
  email: string,
  { line, fingerprint, label }: { line: string; fingerprint: string; label: string },
) {
  const listed = async () =>
    (await elsewhere.json<{ items: SshKey[] }>(["ssh-keys", "list", "--user", email])).items;
  shown.type("s");
  await shown.shows(`of ${email}`);
  await shown.shows("No SSH keys yet.");
  shown.type("n");
  await showsDialog(shown, "Add SSH key");
  shown.type(line + TAB + label);
  await shown.shows(label);
  await showsDialog(shown, "Add SSH key");
  shown.type(CTRL_S);
  await shown.shows(`▌ ${label}`);
  await shown.shows(fingerprint.slice(0, 20));
  expect(await listed()).toMatchObject([{ fingerprint, label }]);

  shown.type("x");
  await showsDialog(shown, `Remove ${label}?`);
  await shown.shows("▌Cancel▐");
  shown.type(TAB);
  await shown.shows("▌Remove SSH key▐");
  shown.type(ENTER);
  await shown.shows("No SSH keys yet.");
  expect(await listed()).toEqual([]);
  shown.type(ESCAPE);
  await shown.shows("● enabled");
}

/** The selected row, whatever other columns the window has room for. */
function rowOf(email: string, role: string, state: string): RegExp {
  return new RegExp(`▌ ${literally(email)} .*${role} +${state}`);
}

async function user(elsewhere: CommandRunner, email: string): Promise<User | undefined> {
  const { items } = await elsewhere.json<{ items: User[] }>(["users", "list"]);
  return items.find((one) => one.email === email);
}
