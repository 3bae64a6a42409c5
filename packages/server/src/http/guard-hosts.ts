import type { MiddlewareHandler } from "hono";
import { hostOf } from "../config/host-name.ts";

/**
 * Refuses requests to another host name (DNS rebinding), and those of another site's page, by their
 * `Origin`.
 *
 * @param hosts from `hostName`
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
