import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorOf, isSessionToken, parseRequiredScopes, type Result } from "@latchkey/core";
import type { AddressOf } from "./client-address.ts";
import type { Log } from "./log.ts";
import { missLimit } from "./miss-limit.ts";
import { presentedToken } from "./presented-token.ts";
import { type ProxyAnswer, sendAnswer, verdictAnswer } from "./proxy-answer.ts";
import { failureRefusal, NOT_GOOD, NOTHING_PRESENTED } from "./refusal.ts";
import type { Services } from "./services/services.ts";
import { verifyAtOnce, verifyKey } from "./services/verify-key.ts";
import { outageOf } from "./store/outage.ts";

// `/verify` for reverse proxies: may the request that came to them pass? On Node's own objects: it is
// asked once for every request that a proxy lets through.

export type ProxyVerifyOptions = {
  readonly services: Services;
  readonly addressOf: AddressOf;
  readonly log: Log;
  /** Told of defects alone. Hand `error` to no log as it is: it may hold parameters. */
  readonly onDefect: (error: unknown) => void;
};

const PATH = "/verify";

/**
 * Whether a request is for `/verify`, or for a path under it, where Envoy appends the caller's.
 *
 * @param target as it came: resolved like a URL, a caller's `..` would lead to another route's 200
 */
export function isVerifyTarget(target: string): boolean {
  return target === PATH || /^\/verify[/?]/.test(target);
}

/** Answers whether the presented key may pass: 200, 401 or 403; else nobody can tell. */
export function proxyVerify(
  options: ProxyVerifyOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { services, addressOf, log, onDefect } = options;
  const misses = missLimit(() => performance.now());
  const requiredScopes = scopeReader();

  /** At once wherever that can be: waiting for a promise would cost as much as the check itself. */
  const decide = (request: IncomingMessage): ProxyAnswer | Promise<ProxyAnswer> => {
    const { authorization, "x-api-key": apiKey } = request.headers;
    const scopes = requiredScopes(request.url ?? "");
    if (!scopes.ok) return failureRefusal(scopes.error);
    const token = presentedToken(authorization, apiKey as string | undefined);
    if (token === null) return NOTHING_PRESENTED;
    const known = verifyAtOnce(services, token, scopes.value);
    if (known !== undefined) return verdictAnswer(known, scopes.value);
    // A session is a person's, and no key.
    if (isSessionToken(token)) return NOT_GOOD;
    return lookUp(request, token, scopes.value);
  };

  const lookUp = async (
    request: IncomingMessage,
    token: string,
    scopes: readonly string[],
  ): Promise<ProxyAnswer> => {
    try {
      const address = addressOf(request);
      const wait = misses.waitSeconds(address);
      // Not 401: nobody looked whether the key is good, and its client would throw it away.
      if (wait > 0) return failureRefusal({ code: "RATE_LIMITED", retryAfterSeconds: wait });
      const verified = await verifyKey(services, { token, scopes });
      if (!verified.ok) return failureRefusal(verified.error);
      if (verified.value.outcome === "NOT_FOUND" && misses.count(address)) {
        log.warn({ address }, "too many unknown tokens: new ones are not looked up for a while");
      }
      return verdictAnswer(verified.value, scopes);
    } catch (error) {
      const outage = outageOf(error);
      if (outage !== null) return failureRefusal({ code: "UNAVAILABLE", why: outage.why });
      onDefect(error);
      return failureRefusal({ code: "INTERNAL" });
    }
  };

  const send = (request: IncomingMessage, response: ServerResponse, answer: ProxyAnswer) => {
    try {
      sendAnswer(response, answer);
    } catch (error) {
      // Whoever writes to the database may have put into a row what no header can hold.
      onDefect(error);
      sendAnswer(response, failureRefusal({ code: "INTERNAL" }));
    }
    if (!log.isLevelEnabled("debug")) return;
    const { method } = request;
    const { status } = answer;
    log.debug({ method, path: PATH, status, address: addressOf(request) }, "request");
  };

  return (request, response) => {
    const answer = decide(request);
    if (answer instanceof Promise) void answer.then((later) => send(request, response, later));
    else send(request, response, answer);
  };
}

type RequiredScopes = Result<readonly string[], ErrorOf<"SCOPE_INVALID">>;

const NO_SCOPES: RequiredScopes = { ok: true, value: [] };

/** How many targets are remembered, and how long they may be: with Envoy, callers write a part of them. */
const REMEMBERED = { targets: 1000, characters: 256 };

/** Reads all of the repeated `scope` in a request's target. Error: SCOPE_INVALID. */
function scopeReader(): (target: string) => RequiredScopes {
  // A proxy asks with the same few targets for ever, and reading one is a good part of the check.
  const known = new Map<string, RequiredScopes>();
  return (target) => {
    if (target === PATH) return NO_SCOPES;
    const seen = known.get(target);
    if (seen !== undefined) return seen;
    const query = target.indexOf("?");
    const given = query === -1 ? [] : new URLSearchParams(target.slice(query)).getAll("scope");
    const required = parseRequiredScopes(given);
    if (target.length > REMEMBERED.characters) return required;
    if (known.size >= REMEMBERED.targets) known.clear();
    known.set(target, required);
    return required;
  };
}
