import { signInOnScreen } from "./life-on-screen.ts";
import type { RunningServer } from "@latchkey/testing/command/server";
import { seatOf } from "./team.ts";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

/** A machine that knows the server's address alone: refused with another password first, then let in. */
export async function signedInOnScreen(
  { url }: RunningServer,
  { email, password }: { readonly email: string; readonly password: string },
  size: { columns: number; rows: number },
): Promise<Terminal> {
  const { host } = new URL(url);
  const here = await seatOf({ LATCHKEY_URL: url });
  const shown = here.terminal(size);
  await shown.shows(`Sign in to ${host}.`);
  signInOnScreen(shown, email, "not their password");
  await shown.shows("Email and password don't match. Try again.");
  // The email has stayed.
  await shown.shows(email);
  shown.type(`${password}\r`);
  await shown.shows("› Secret API keys");
  return shown;
}
