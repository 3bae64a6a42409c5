import type { IncomingMessage, ServerResponse } from "node:http";
import {
  err,
  type ErrorOf,
  parseRequiredScopes,
  PresentedToken,
  type Result,
} from "@latchkey/core";
import type { AddressOf } from "../client-address.ts";
import type { Log } from "../../log/log.ts";
import type { MissLimit } from "./miss-limit.ts";
import { failureRefusal, NOT_GOOD, NOTHING_PRESENTED, presentedToken } from "@latchkey/client";
import { type ProxyAnswer, sendAnswer, verdictAnswer } from "./answer.ts";
import type { Services } from "../../use-cases/services.ts";
import { refuseNoToken, verifyAtOnce, verifyUnknown } from "../../use-cases/keys/verify-key.ts";
import { outageOf } from "../../faults/outage.ts";

// `/verify` for reverse proxies: may the request that they received pass? On Node's own objects: it is called
// once for every request of a proxy.

export type ProxyVerifyOptions = {
  readonly services: Services;
  readonly addressOf: AddressOf;
  readonly misses: MissLimit;
  readonly log: Log;
  /** Called with defects only. Don't log `error` as it is: it may contain parameters. */
  readonly onDefect: (error: unknown) => void;
};

const PATH = "/verify";
/** The parameter after which a proxy may append its caller's path and query. */
const APPENDED = "path";

/**
 * Whether a request is for `/verify`, or for a path under it, where Envoy appends the caller's.
 *
 * @param target as received: resolved like a URL, a caller's `..` would lead to another route's 200
 */
export function isVerifyTarget(target: string): boolean {
  return target === PATH || /^\/verify[/?]/.test(target);
}

/** Answers whether the presented key is valid: 200, 401 or 403; otherwise that it can't be checked. */
export function proxyVerify(
  options: ProxyVerifyOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { services, addressOf, misses, log, onDefect } = options;
  const requiredScopes = scopeReader();

  /** Synchronously whenever possible: waiting for a promise would cost as much as the check itself. */
  const decide = (request: IncomingMessage): ProxyAnswer | Promise<ProxyAnswer> => {
    const { authorization, "x-api-key": apiKey } = request.headers;
    const scopes = requiredScopes(request.url ?? "");
    if (!scopes.ok) return failureRefusal(scopes.error);
    const presented = presentedToken(authorization, apiKey as string | undefined);
    if (presented === null) return NOTHING_PRESENTED;
    const token = PresentedToken.parse(presented);
    if (token === null) return verdictAnswer(refuseNoToken(services), scopes.value);
    const known = verifyAtOnce(services, token, scopes.value);
    if (known !== undefined) return verdictAnswer(known, scopes.value);
    // A session belongs to a person, and is not a key.
    if (token.isSession) return NOT_GOOD;
    return lookUp(request, token, scopes.value);
  };

  const lookUp = async (
    request: IncomingMessage,
    token: PresentedToken,
    scopes: readonly string[],
  ): Promise<ProxyAnswer> => {
    try {
      const address = addressOf(request);
      const wait = misses.waitSeconds(address);
      // Not 401: the key was not looked up, and its client would discard it.
      if (wait > 0) return failureRefusal({ code: "RATE_LIMITED", retryAfterSeconds: wait });
      const verified = await verifyUnknown(services, token, scopes);
      if (verified.outcome === "NOT_FOUND") misses.count(address);
      return verdictAnswer(verified, scopes);
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
      // A row that was changed in the database may contain what no header can.
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

type RequiredScopes = Result<readonly string[], ErrorOf<"SCOPE_INVALID" | "INPUT_INVALID">>;

const NO_SCOPES: RequiredScopes = { ok: true, value: [] };

/** How many targets are cached, and how long they may be: with Envoy, callers write a part of them. */
const REMEMBERED = { targets: 1000, characters: 256 };

/** Reads all of the repeated `scope` in a request's target. Errors: SCOPE_INVALID, INPUT_INVALID. */
function scopeReader(): (target: string) => RequiredScopes {
  // A proxy always uses the same few targets, and parsing one is a good part of the check.
  const known = new Map<string, RequiredScopes>();
  return (target) => {
    if (target === PATH) return NO_SCOPES;
    const seen = known.get(target);
    if (seen !== undefined) return seen;
    const required = readScopes(target);
    if (target.length > REMEMBERED.characters) return required;
    if (known.size >= REMEMBERED.targets) known.clear();
    known.set(target, required);
    return required;
  };
}

/**
 * The query of `/verify` is written in the proxy's configuration; a misspelt `scope` there would require nothing.
 * What follows `path=`, and the query of a path below, Envoy copied from its caller.
 */
function readScopes(target: string): RequiredScopes {
  const query = target.indexOf("?");
  if (query === -1) return NO_SCOPES;
  const parameters = new URLSearchParams(target.slice(query));
  if (query === PATH.length) {
    for (const name of parameters.keys()) {
      if (name === APPENDED) break;
      if (name !== "scope") return err(unknownParameter(name));
    }
  }
  return parseRequiredScopes(parameters.getAll("scope"));
}

/** Repeats it only if it looks like a name: anything else may be a secret in the wrong place. */
function unknownParameter(name: string): ErrorOf<"INPUT_INVALID"> {
  const what = /^[A-Za-z_.[\]-]{1,30}$/.test(name)
    ? `no parameter ${name}`
    : "a parameter too many";
  const message = `There is ${what}. Ask /verify by scope=resource:action, and hand on no query of the caller's.`;
  return { code: "INPUT_INVALID", fields: [{ field: "", message }] };
}
