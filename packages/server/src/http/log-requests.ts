import { redactTokens } from "@latchkey/core";
import type { Context, MiddlewareHandler } from "hono";
import type { Log } from "../log/log.ts";
import { CLIENT_LEFT, hasLeft } from "./gone-client.ts";
import type { Caller, Origin } from "../use-cases/services.ts";

/**
 * Logs a line for each request: who, what, its result and duration. Of the URL only the path, and nothing of
 * bodies and headers: they may contain tokens.
 */
export function logRequests(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    await next();
    const { address } = c.get("origin") as Origin;
    const failures = c.get("failures") as string[];
    log.info(
      {
        // Its sender may have chosen it.
        requestId: redactTokens(c.get("requestId")),
        method: c.req.method,
        path: safePath(c),
        status: hasLeft(c.env) ? CLIENT_LEFT : c.res.status,
        milliseconds: Math.round((performance.now() - started) * 10) / 10,
        address,
        ...whoCalls(c.get("caller") as Caller | null),
        ...(failures.length === 0 ? {} : { failures }),
      },
      "request",
    );
  };
}

/** A path that is not one of ours may contain anything. */
function safePath(c: Context): string {
  return /^\/(trpc\/[A-Za-z.,]{1,400}|healthz|readyz)$/.test(c.req.path) ? c.req.path : "other";
}

function whoCalls(caller: Caller | null): object {
  if (caller === null) return {};
  const { kind, userId } = caller.principal;
  const keyId = caller.principal.kind === "key" ? caller.principal.keyId : undefined;
  return { principal: kind, userId, keyId };
}
