// The token that a request presents: in `Authorization`, and on `/verify` in `X-Api-Key` too. Never in
// the URL, which is logged.

/** A credential that can't be a token: it is refused like any other invalid one. */
const NO_TOKEN = "";

/**
 * The one token in these headers. It may be any string: parsing decides whether it is a token.
 *
 * @param authorization all values of a repeated header, joined by commas
 * @returns `null` if no accepted credential is presented. Two different ones are no token
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
