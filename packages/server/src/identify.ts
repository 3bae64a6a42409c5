import {
  digestSessionToken,
  endOf,
  isSeenStale,
  isSessionOver,
  judge,
  parseToken,
  SESSION_PREFIX,
} from "@latchkey/core";
import type { Caller, Road, Services } from "./services/services.ts";

// Credential → principal. A session token or a secret API key, in one `Authorization` header.

/** How a listener finds out who calls: a credential must hold, and without one it is `otherwise`. */
export function identifyOr(
  otherwise: Caller | null,
  services: Services,
): (request: Request, road: Road) => Promise<Caller | null> {
  return async (request, road) => {
    const authorization = request.headers.get("authorization");
    return authorization === null ? otherwise : identify(services, road, authorization);
  };
}

/** The token in an `Authorization` header; `null` where there is none that we take. */
function presentedToken(authorization: string): string | null {
  const match = /^(bearer|basic) +(\S+)$/i.exec(authorization.trim());
  if (match === null) return null;
  const [, scheme, value] = match as unknown as [string, string, string];
  if (scheme.toLowerCase() === "bearer") return value;
  // Base64 has no `_`: with one it is a raw token (as in some clients of Medusa's admin API).
  if (value.includes("_")) return value;
  const [user, password, ...rest] = Buffer.from(value, "base64").toString("utf8").split(":");
  return password === "" && rest.length === 0 && user !== undefined ? user : null;
}

/** Who presents this `Authorization`; `null` where the credential is not good. May throw `Outage`. */
async function identify(
  services: Services,
  road: Road,
  authorization: string,
): Promise<Caller | null> {
  const token = presentedToken(authorization);
  const parsed = token === null ? null : parseToken(token);
  if (token === null || parsed === null) return null;
  return parsed.prefix === SESSION_PREFIX
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
  if (isSessionOver(session, now) || user.disabled || user.role === "service") return null;
  if (isSeenStale(session, now)) await store.touchSession(sessionId, now);
  const principal = { kind: "session", userId: user.id, role: user.role, sessionId } as const;
  return { principal, user, ...road };
}

async function identifyKey({ keys }: Services, road: Road, token: string): Promise<Caller | null> {
  const { key, now } = await keys.find(token);
  if (key === null || judge(key, [], now).outcome !== "VALID") return null;
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
  return { principal, user: owner, ...road };
}
