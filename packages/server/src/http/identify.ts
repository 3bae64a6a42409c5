import {
  digestSessionToken,
  endOf,
  endOfSession,
  isSeenStale,
  isSessionOver,
  judge,
  maySignIn,
  PresentedToken,
} from "@latchkey/core";
import { DomainFailure } from "../trpc/failure.ts";
import type { MissLimit } from "./verify/miss-limit.ts";
import { presentedToken } from "@latchkey/client";
import type { Caller, Origin, Services } from "../use-cases/services.ts";

// Credential → principal. A session token or a secret API key, in one `Authorization` header.

/** Beyond that the oldest session is forgotten. */
const MAX_SESSIONS = 10_000;

/**
 * Identifies the caller of a request; `null` if no credential is valid. May throw `Outage`, or `DomainFailure` RATE_LIMITED.
 *
 * @param again for a request that was identified before: no limit applies, and the database decides rather than
 *   the cache, since the caller may know of an event that this server's feed has not delivered yet
 */
export type Identify = (
  request: Request,
  origin: Origin,
  again?: "again",
) => Promise<Caller | null>;

/**
 * How a listener identifies callers: a credential must be valid, and without one the caller is `otherwise`.
 *
 * @param misses how many unknown tokens an address may present; unlimited by default
 */
export function identifyOr(
  otherwise: Caller | null,
  services: Services,
  misses?: MissLimit,
): Identify {
  /** Sessions that were valid. Unlike keys they are looked up at each call, also when their address is limited. */
  const sessions = new Set<string>();
  const isKnown = (token: PresentedToken) =>
    token.isSession ? sessions.has(token.name) : services.keys.peek(token) !== undefined;

  return async (request, origin, again) => {
    const authorization = request.headers.get("authorization");
    const apiKey = request.headers.get("x-api-key");
    if (authorization === null && apiKey === null) return otherwise;
    // `X-Api-Key` is for `/verify`; here it may only repeat `Authorization`.
    const presented = authorization ? presentedToken(authorization, apiKey) : null;
    const token = presented === null ? null : PresentedToken.parse(presented);
    if (token === null) return null;
    const limit = again === undefined ? misses : undefined;
    const retryAfterSeconds = limit?.waitSeconds(origin.address) ?? 0;
    if (retryAfterSeconds > 0 && !isKnown(token)) {
      throw new DomainFailure({ code: "RATE_LIMITED", retryAfterSeconds });
    }
    const caller = await (token.isSession
      ? identifySession(services, origin, token)
      : identifyKey(services, origin, token, again));
    if (caller === UNKNOWN) {
      limit?.count(origin.address);
      return null;
    }
    if (limit !== undefined && token.isSession && caller !== null) remember(sessions, token.name);
    return caller;
  };
}

/** There is no such session or key, in any state. */
const UNKNOWN = Symbol("unknown");
type Identified = Caller | null | typeof UNKNOWN;

function remember(names: Set<string>, name: string): void {
  if (names.has(name)) return;
  if (names.size >= MAX_SESSIONS) names.delete(names.values().next().value as string);
  names.add(name);
}

async function identifySession(
  { store, sessionKey }: Services,
  origin: Origin,
  token: PresentedToken,
): Promise<Identified> {
  const session = await store.findSession(digestSessionToken(sessionKey, token.reveal()));
  if (session === null) return UNKNOWN;
  const { id: sessionId, user, now } = session;
  if (isSessionOver(session, now) || !maySignIn(user)) return null;
  if (isSeenStale(session, now)) await store.touchSession(sessionId, now);
  const principal = { kind: "session", userId: user.id, role: user.role, sessionId } as const;
  return { principal, user, endsAt: endOfSession(session), ...origin };
}

async function identifyKey(
  { keys, use }: Services,
  origin: Origin,
  token: PresentedToken,
  again: "again" | undefined,
): Promise<Identified> {
  const known = again === undefined ? (keys.peek(token) ?? keys.find(token)) : keys.read(token);
  const { key, now } = await known;
  if (key === null) return UNKNOWN;
  const { outcome } = judge(key, [], now);
  use.record({ key, outcome, at: now });
  if (outcome !== "VALID") return null;
  const { keyId, scopes, expiresAt, revokedAt, owner } = key;
  const endsAt = endOf({ expiresAt, revocation: revokedAt === null ? null : { at: revokedAt } });
  const principal = {
    kind: "key",
    userId: owner.id,
    role: owner.role,
    keyId,
    scopes,
    endsAt,
  } as const;
  return { principal, user: owner, endsAt, ...origin };
}
