// The token that a request presents: in `Authorization`, and on `/verify` in `X-Api-Key` too. Never in
// the URL, which logs keep.

/** Presented, and no token whatever it should be: it is refused like any other that does not hold. */
const NO_TOKEN = "";

/**
 * The one token in these headers. It may be anything: whether it is a token at all shows when it is
 * parsed.
 *
 * @param authorization a header that came several times holds all of them, with commas between
 * @returns `null` where no credential is presented that we take. Two different ones are no token
 */
export function presentedToken(
  authorization: string | null | undefined,
  apiKey: string | null | undefined,
): string | null {
  if (!apiKey) return authorization ? authorizationToken(authorization) : null;
  if (!authorization) return apiKey;
  return authorizationToken(authorization) === apiKey ? apiKey : NO_TOKEN;
}

function authorizationToken(authorization: string): string | null {
  const match = /^(bearer|basic) +(.+)$/i.exec(authorization.trim());
  if (match === null) return null;
  const [, scheme, value] = match as unknown as [string, string, string];
  // Base64 has no `_`: with one it is a raw token (as in some clients of Medusa's admin API).
  if (scheme.toLowerCase() === "bearer" || /[_\s]/.test(value)) return value;
  const [user, password, ...rest] = Buffer.from(value, "base64").toString("utf8").split(":");
  return password === "" && rest.length === 0 && user !== undefined ? user : NO_TOKEN;
}
