import type { IncomingMessage, ServerResponse } from "node:http";
import { parseRequiredScopes } from "@latchkey/core";
import type { Authenticated } from "./authenticate.ts";
import { LocalFailure } from "./call-error.ts";
import type { Verifier } from "./verifier.ts";

// Thin adapters for Hono, Fastify and Express. None of these is imported: the parts that are used
// are declared here.

export type GuardOptions = {
  /** What a key must be allowed to do to pass; nothing in particular by default. */
  readonly scopes?: readonly string[];
};

type Guarding = Pick<Verifier, "authenticate">;

/** Keyed by the object that the framework passes to each handler, so that no header can forge it. */
const callers = new WeakMap<object, Authenticated>();

/**
 * The identity of a request's key, after a guard.
 *
 * @param request Hono's context, Fastify's request, or Express's request
 * @throws Error if the route has no guard
 */
export function callerOf(request: object): Authenticated {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error("no guard of Latchkey's stands before this route");
  return caller;
}

/**
 * @throws LocalFailure SCOPE_INVALID for scopes that can't be required
 * @example app.use("/orders/*", guardHono(verifier, { scopes: ["orders:read"] }));
 */
export function guardHono(
  verifier: Guarding,
  options: GuardOptions = {},
): (
  context: { readonly req: { readonly raw: Request } },
  next: () => Promise<void>,
) => Promise<Response | undefined> {
  checkScopes(options);
  return async (context, next) => {
    const caller = await verifier.authenticate(context.req.raw, options);
    if (caller instanceof Response) return caller;
    callers.set(context, caller);
    await next();
    return undefined;
  };
}

/** What is used of Fastify's reply. */
type FastifyReply = {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
};

/**
 * @throws LocalFailure SCOPE_INVALID for scopes that can't be required
 * @example fastify.addHook("onRequest", guardFastify(verifier, { scopes: ["orders:read"] }));
 */
export function guardFastify(
  verifier: Guarding,
  options: GuardOptions = {},
): (
  request: { readonly raw: Pick<IncomingMessage, "rawHeaders"> },
  reply: FastifyReply,
) => Promise<unknown> {
  checkScopes(options);
  return async (request, reply) => {
    const caller = await verifier.authenticate(credentialsOf(request.raw), options);
    if (!(caller instanceof Response)) {
      callers.set(request, caller);
      return undefined;
    }
    reply.code(caller.status);
    for (const [name, value] of caller.headers) reply.header(name, value);
    return reply.send(await caller.text());
  };
}

/**
 * For Express, and anything else with handlers like `node:http`'s with `next`.
 *
 * @throws LocalFailure SCOPE_INVALID for scopes that can't be required
 * @example app.use("/orders", guardExpress(verifier, { scopes: ["orders:read"] }));
 */
export function guardExpress(
  verifier: Guarding,
  options: GuardOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  checkScopes(options);
  const guard = async (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => {
    try {
      const caller = await verifier.authenticate(credentialsOf(request), options);
      if (caller instanceof Response) {
        response.writeHead(caller.status, Object.fromEntries(caller.headers));
        response.end(await caller.text());
        return;
      }
      callers.set(request, caller);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
  // Not every version awaits what a handler returns.
  return (request, response, next) => void guard(request, response, next);
}

/** With every occurrence of each header: Node itself keeps only the first `Authorization`. */
function credentialsOf({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): { headers: Headers } {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    if (/^(?:authorization|x-api-key)$/i.test(name)) headers.append(name, value);
  }
  return { headers };
}

/** A mistake in the program shows when it starts, not at its first request. */
function checkScopes({ scopes = [] }: GuardOptions): void {
  const required = parseRequiredScopes(scopes);
  if (!required.ok) throw new LocalFailure(required.error);
}
