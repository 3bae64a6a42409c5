import type { ErrorOf } from "./errors.ts";
import { MAX_SCOPE_PART_LENGTH, MAX_SCOPES } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

// Scopes: `resource:action`, `*` for either side, or `*` alone for everything.

export const EVERYTHING = "*";

/** What Latchkey itself requires. The meaning of others is up to the services that check them. */
export type LatchkeyScope =
  | "keys:read"
  | "keys:write"
  | "keys:verify"
  | "events:read"
  | "users:read";

const PART = `(?:[a-z0-9_.-]{1,${MAX_SCOPE_PART_LENGTH}}|\\*)`;
const SCOPE = new RegExp(`^(?:\\*|${PART}:${PART})$`);

/**
 * The scopes of a new key, without repeats; `*` if none were chosen. Error: SCOPE_INVALID.
 *
 * @example
 * parseScopes(["orders:read", "orders:read"]); // { ok: true, value: ["orders:read"] }
 * parseScopes(undefined); // { ok: true, value: ["*"] }
 */
export function parseScopes(
  input: readonly string[] | undefined,
): Result<readonly string[], ErrorOf<"SCOPE_INVALID">> {
  if (input === undefined) return ok([EVERYTHING]);
  if (input.length === 0) return err({ code: "SCOPE_INVALID", problem: { kind: "empty_list" } });
  return checkScopes(input);
}

/**
 * The scopes that a request needs: none of them may contain a wildcard. Error: SCOPE_INVALID.
 *
 * @example
 * parseRequiredScopes(["orders:read"]); // { ok: true, value: ["orders:read"] }
 * parseRequiredScopes(["orders:*"]); // SCOPE_INVALID, { kind: "wildcard_required", scope: "orders:*" }
 */
export function parseRequiredScopes(
  input: readonly string[] | undefined,
): Result<readonly string[], ErrorOf<"SCOPE_INVALID">> {
  const checked = checkScopes(input ?? []);
  if (!checked.ok) return checked;
  const scope = checked.value.find((required) => required.includes("*"));
  if (scope === undefined) return checked;
  return err({ code: "SCOPE_INVALID", problem: { kind: "wildcard_required", scope } });
}

/**
 * Whether a granted scope covers another, which may itself contain wildcards.
 *
 * @example
 * covers(["orders:*"], "orders:read"); // true
 * covers(["orders:read"], "orders:*"); // false
 */
export function covers(granted: readonly string[], scope: string): boolean {
  if (granted.includes(EVERYTHING) || granted.includes(scope)) return true;
  const [resource, action] = scope.split(":");
  return granted.some((grant) => {
    const [grantedResource, grantedAction] = grant.split(":");
    return (
      (grantedResource === "*" || grantedResource === resource) &&
      (grantedAction === "*" || grantedAction === action)
    );
  });
}

/**
 * Whether granted scopes, wildcards among them, cover each of the required ones.
 *
 * @example
 * coversAll(["orders:*"], ["orders:read", "users:read"]); // false
 */
export function coversAll(granted: readonly string[], scopes: readonly string[]): boolean {
  return scopes.every((scope) => covers(granted, scope));
}

function checkScopes(
  input: readonly string[],
): Result<readonly string[], ErrorOf<"SCOPE_INVALID">> {
  const malformed = input.find((scope) => !SCOPE.test(scope));
  if (malformed !== undefined) {
    return err({ code: "SCOPE_INVALID", problem: { kind: "malformed", scope: malformed } });
  }
  const scopes = [...new Set(input)];
  if (scopes.length > MAX_SCOPES) {
    return err({ code: "SCOPE_INVALID", problem: { kind: "too_many", count: scopes.length } });
  }
  return ok(scopes);
}
