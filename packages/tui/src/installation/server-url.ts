import { StartRefused } from "@latchkey/server";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A server's address as it is used and kept: its origin. Plain http is for the loopback alone, since it
 * would show tokens and passwords to everybody on the way.
 *
 * @throws StartRefused naming the mend
 */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StartRefused(
      "Give the server's address like https://keys.example.com.",
      "INPUT_INVALID",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new StartRefused("Leave user and password out of the address.", "INPUT_INVALID");
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    throw new StartRefused(
      "Plain http shows tokens to everybody on the way. Use https; http is for this computer alone.",
      "INPUT_INVALID",
    );
  }
  return url.origin;
}
