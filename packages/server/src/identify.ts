import {
  digestSessionToken,
  endOf,
  endOfSession,
  isSeenStale,
  isSessionOver,
  isSessionToken,
  isToken,
  judge,
  maySignIn,
} from "@latchkey/core";
import { presentedToken } from "./presented-token.ts";
import type { Caller, Road, Services } from "./services/services.ts";

// Credential → principal. A session token or a secret API key, in one `Authorization` header.

/** How a listener finds out who calls: a credential must hold, and without one it is `otherwise`. */
export function identifyOr(
  otherwise: Caller | null,
  services: Services,
): (request: Request, road: Road) => Promise<Caller | null> {
  return async (request, road) => {
    const authorization = request.headers.get("authorization");
    const apiKey = request.headers.get("x-api-key");
    if (authorization === null && apiKey === null) return otherwise;
    // `X-Api-Key` is for `/verify`; here it may at most repeat what `Authorization` says.
    const token = authorization ? presentedToken(authorization, apiKey) : null;
    return token === null ? null : identify(services, road, token);
  };
}

/** Who presents this token; `null` where it is not good. May throw `Outage`. */
async function identify(services: Services, road: Road, token: string): Promise<Caller | null> {
  if (!isToken(token)) return null;
  return isSessionToken(token)
    ? identifySession(services, road, token)
    : identifyKey(services, road, token);
}

async function identifySession(
  { store, sessionKey }: Services,
  road: Road,
  token: string,
): Promise<Caller | null> {
  const session = await store.findSession(digestSessionToken(sessionKey, token));
  if (session === null) return null;
  const { id: sessionId, user, now } = session;
  if (isSessionOver(session, now) || !maySignIn(user)) return null;
  if (isSeenStale(session, now)) await store.touchSession(sessionId, now);
  const principal = { kind: "session", userId: user.id, role: user.role, sessionId } as const;
  return { principal, user, endsAt: endOfSession(session), ...road };
}

async function identifyKey(
  { keys, use }: Services,
  road: Road,
  token: string,
): Promise<Caller | null> {
  const { key, now } = keys.peek(token) ?? (await keys.find(token));
  if (key === null) return null;
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
  return { principal, user: owner, endsAt, ...road };
}
