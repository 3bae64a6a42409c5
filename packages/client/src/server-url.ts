import { LocalFailure } from "./call-error.ts";

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * A server's address, reduced to its origin. Plain http is for the loopback only, since it would expose
 * tokens and passwords on the network.
 *
 * @throws LocalFailure INPUT_INVALID, of the field `url`
 */
export function serverOrigin(text: string, allowInsecureHttp = false): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid("Give the server's address like https://keys.example.com.");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("Leave user and password out of the address.");
  }
  if (url.protocol === "http:" && !allowInsecureHttp && !LOOPBACK.test(url.hostname)) {
    throw invalid(
      "Plain http shows tokens to everybody on the way. Use https; http is for this computer alone.",
    );
  }
  return url.origin;
}

function invalid(message: string): LocalFailure {
  return new LocalFailure({ code: "INPUT_INVALID", fields: [{ field: "url", message }] });
}
