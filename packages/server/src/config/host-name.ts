import { isIPv6 } from "node:net";

/** A host's name or address as requests name it, like `[::1]`; `null` where the text is none, or more. */
export function hostName(text: string): string | null {
  const host = isIPv6(text) ? `[${text}]` : text;
  return /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(host) ? hostOf(`http://${host}`) : null;
}

/** The host in a URL, in lower case; `null` where it is no URL. */
export function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}
