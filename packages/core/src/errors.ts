import type { LogPosition } from "./log-position.ts";

// The closed family of expected failures. Defects and outages throw; these are values,
// with a literal code that is also what goes over the wire and what a command prints.

/** An invalid field of an input, with what to do. */
export type FieldProblem = { readonly field: string; readonly message: string };

export type TitleProblem =
  | { readonly kind: "empty" }
  | { readonly kind: "too_long"; readonly length: number }
  | { readonly kind: "forbidden_character"; readonly codePoint: number };

export type ScopeProblem =
  | { readonly kind: "empty_list" }
  | { readonly kind: "too_many"; readonly count: number }
  | { readonly kind: "malformed"; readonly scope: string }
  | { readonly kind: "wildcard_required"; readonly scope: string };

export type DomainError =
  /** `what` is left out for keys. */
  | { readonly code: "NOT_FOUND"; readonly what?: "user" | "session" | "sshKey" }
  | { readonly code: "TITLE_INVALID"; readonly problem: TitleProblem }
  | { readonly code: "SCOPE_INVALID"; readonly problem: ScopeProblem }
  | { readonly code: "KEY_ALREADY_REVOKED"; readonly revokedAt: Date }
  | { readonly code: "KEY_NOT_REVOKED" }
  | { readonly code: "KEY_EXPIRED"; readonly expiresAt: Date }
  | { readonly code: "KEY_REVOCATION_SCHEDULED"; readonly revokedAt: Date }
  | { readonly code: "REVOCATION_NOT_SCHEDULED" }
  | { readonly code: "CONFLICT"; readonly what?: "key"; readonly revision: number }
  /** `owner` is for admins only: the email of the key's user. */
  | { readonly code: "CONFLICT"; readonly what: "sshKey"; readonly owner: string | null }
  | { readonly code: "EMAIL_TAKEN" }
  | { readonly code: "LAST_ADMIN" }
  /** The log no longer has the position that a watch started after; `head` is its head now. */
  | { readonly code: "LOG_RESTARTED"; readonly head: LogPosition }
  /** `why` distinguishes a failed login from an invalid credential. */
  | { readonly code: "UNAUTHENTICATED"; readonly why?: "login" | "password" }
  | { readonly code: "FORBIDDEN"; readonly why: ForbiddenReason }
  | { readonly code: "RATE_LIMITED"; readonly retryAfterSeconds: number }
  | { readonly code: "INPUT_INVALID"; readonly fields: readonly FieldProblem[] }
  | { readonly code: "UNAVAILABLE"; readonly why: UnavailableReason }
  | { readonly code: "UNAVAILABLE"; readonly why: "not_latchkey"; readonly answer: OtherAnswer }
  | { readonly code: "INTERNAL" };

export type ForbiddenReason =
  | { readonly kind: "scope_missing"; readonly scope: string }
  | { readonly kind: "admin_only" }
  | { readonly kind: "people_only" }
  | { readonly kind: "role_may_not_verify" }
  | { readonly kind: "beyond_own_scopes" }
  | { readonly kind: "beyond_own_end" };

export type UnavailableReason =
  | "unreachable"
  | "busy"
  | "storage_full"
  | "read_only"
  | "outcome_unknown"
  | "certificate";

/** An answer that is not Latchkey's, but of a proxy, a portal or another server. */
export type OtherAnswer = {
  /** The origin that was requested, like `https://keys.example.com`. */
  readonly address: string;
  readonly status: number;
  /** Its media type; `null` if it has none. */
  readonly contentType: string | null;
};

export type ErrorCode = DomainError["code"];
export type ErrorOf<Code extends ErrorCode> = Extract<DomainError, { code: Code }>;
