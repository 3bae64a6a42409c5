import { StartRefused } from "@latchkey/server";
import { errorOf, serverOrigin } from "@latchkey/client";

/**
 * A server's address, reduced to its origin. Plain http is for the loopback only.
 *
 * @throws StartRefused saying what to do
 */
export function parseServerUrl(text: string): string {
  try {
    return serverOrigin(text);
  } catch (error) {
    const { message, fields } = errorOf(error);
    throw new StartRefused(fields[0]?.message ?? message, "INPUT_INVALID");
  }
}
