import { isIPv6 } from "node:net";

/** A host's name or address as in requests, like `[::1]`; `null` if the text is anything else. */
export function hostName(text: string): string | null {
  const host = isIPv6(text) ? `[${text}]` : text;
  return /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(host) ? hostOf(`http://${host}`) : null;
}

/** The host of a URL, in lower case; `null` if it is no URL. */
export function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}
