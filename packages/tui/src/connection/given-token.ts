import { Redacted } from "@latchkey/core";
import { StartRefused } from "@latchkey/server";
import { isSendable } from "@latchkey/client";

/**
 * The token in `LATCHKEY_TOKEN`; `undefined` if there is none.
 *
 * @throws StartRefused for one that can't be sent
 */
export function givenToken(env: NodeJS.ProcessEnv): Redacted<string> | undefined {
  const token = env["LATCHKEY_TOKEN"] || undefined;
  if (token === undefined) return undefined;
  if (isSendable(token)) return new Redacted(token);
  throw new StartRefused(
    "LATCHKEY_TOKEN holds a character that no token has, such as a blank, a line end or a byte order mark. Set it to the token alone.",
    "INPUT_INVALID",
  );
}
