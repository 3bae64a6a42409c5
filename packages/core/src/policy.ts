import type { ErrorOf } from "./errors.ts";
import type { UserId } from "./ids.ts";
import { endOf, type KeyEnds } from "./key.ts";
import type { Principal } from "./principal.ts";
import { err, ok, type Result } from "./result.ts";
import { covers, coversAll, type LatchkeyScope } from "./scope.ts";

// Who may do what. A person acts with everything their role allows; a key acts as its owner,
// within its scopes, and never extends its own power.

type Allowed = Result<null, ErrorOf<"FORBIDDEN">>;

const allowed: Allowed = ok(null);

/** Whether the principal may use Latchkey's own API for this. Error: FORBIDDEN. */
export function authorize(principal: Principal, scope: LatchkeyScope): Allowed {
  if (principal.kind !== "key") return allowed;
  if (scope === "keys:verify" && principal.role === "member") {
    return err({ code: "FORBIDDEN", why: { kind: "role_may_not_verify" } });
  }
  if (covers(principal.scopes, scope)) return allowed;
  return err({ code: "FORBIDDEN", why: { kind: "scope_missing", scope } });
}

/** Whether the principal may see the records of other people's keys. Error: FORBIDDEN. */
export function requireVerifier(principal: Principal): Allowed {
  const scoped = authorize(principal, "keys:verify");
  if (!scoped.ok || principal.role !== "member") return scoped;
  return err({ code: "FORBIDDEN", why: { kind: "role_may_not_verify" } });
}

/** Which part of the log a principal may follow. */
export type WatchRights = {
  /** Whose events are shown in full. */
  readonly whole: "everybody" | "own" | "nobody";
  /** Whether the bare facts of the other events about keys are shown. */
  readonly facts: boolean;
};

/** What the principal may follow of the log as it grows. Error: FORBIDDEN. */
export function watchRights(principal: Principal): Result<WatchRights, ErrorOf<"FORBIDDEN">> {
  const reads = authorize(principal, "events:read");
  const facts = requireVerifier(principal).ok;
  if (!reads.ok && !facts) return reads;
  const readable = principal.role === "admin" ? "everybody" : "own";
  return ok({ whole: reads.ok ? readable : "nobody", facts });
}

/** Whether the principal sees and acts on what belongs to this user. To others it does not exist. */
export function seesOwner(principal: Principal, ownerId: UserId): boolean {
  return principal.role === "admin" || principal.userId === ownerId;
}

/** Whether a person acts: keys manage no passwords, roles, users or SSH keys. Error: FORBIDDEN. */
export function requirePerson(principal: Principal): Allowed {
  if (principal.kind !== "key") return allowed;
  return err({ code: "FORBIDDEN", why: { kind: "people_only" } });
}

/** Whether the principal administers: the log's head, its proof, users. Error: FORBIDDEN. */
export function requireAdmin(principal: Principal): Allowed {
  if (principal.role === "admin") return allowed;
  return err({ code: "FORBIDDEN", why: { kind: "admin_only" } });
}

/**
 * Whether the principal may create a key with these scopes and ends, or extend the life of one. A key may
 * only do so within its own scopes and end; a person has no such bound. Error: FORBIDDEN.
 */
export function mayGrant(
  principal: Principal,
  key: KeyEnds & { readonly scopes: readonly string[] },
): Allowed {
  if (principal.kind !== "key") return allowed;
  if (!coversAll(principal.scopes, key.scopes)) {
    return err({ code: "FORBIDDEN", why: { kind: "beyond_own_scopes" } });
  }
  if (endsLater(endOf(key), principal.endsAt)) {
    return err({ code: "FORBIDDEN", why: { kind: "beyond_own_end" } });
  }
  return allowed;
}

/** Whether one end is after another; `null` is never. */
export function endsLater(end: Date | null, than: Date | null): boolean {
  if (than === null) return false;
  return end === null || end > than;
}
