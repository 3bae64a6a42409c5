import { isIPv6 } from "node:net";
import type { MiddlewareHandler } from "hono";

/**
 * Refuses what was sent to another name (DNS rebinding), and what another site's page sent: its
 * `Origin` says so.
 *
 * @param hosts as from `hostName`
 */
export function guardHosts(hosts: readonly string[]): MiddlewareHandler {
  const allowed = new Set(hosts);
  return async (c, next) => {
    const host = hostOf(`http://${c.req.header("host") ?? ""}`);
    if (host === null || !allowed.has(host)) return c.json({ error: "Unknown Host." }, 421);
    const origin = c.req.header("origin");
    if (origin !== undefined && !allowed.has(hostOf(origin) ?? "")) {
      return c.json({ error: "Unknown Origin." }, 403);
    }
    await next();
    return undefined;
  };
}

/** A host's name or address as requests name it, like `[::1]`; `null` where the text is none, or more. */
export function hostName(text: string): string | null {
  const host = isIPv6(text) ? `[${text}]` : text;
  return /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(host) ? hostOf(`http://${host}`) : null;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}
