import { MAX_SCOPE_PART_LENGTH, MAX_SCOPES, MAX_TITLE_LENGTH } from "./limits.ts";
import type { LogPosition } from "./log-position.ts";
import { redactTokens } from "./token.ts";

// The closed family of expected failures. Defects and outages throw; these are values,
// with a literal code that is also what goes over the wire and what a command prints.

/** One field of an input that does not hold, with the fix in words. */
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
  /** `owner` is for admins alone: the email of whose it is. */
  | { readonly code: "CONFLICT"; readonly what: "sshKey"; readonly owner: string | null }
  | { readonly code: "EMAIL_TAKEN" }
  | { readonly code: "LAST_ADMIN" }
  /** The log does not hold the place that a watch came after; `head` is where it stands now. */
  | { readonly code: "LOG_RESTARTED"; readonly head: LogPosition }
  /** `why` tells a login that failed from a credential that is not good. */
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
  /** The origin that was asked, like `https://keys.example.com`. */
  readonly address: string;
  readonly status: number;
  /** Its media type; `null` where it has none. */
  readonly contentType: string | null;
};

/** Whether a change may have happened behind such an answer: what refuses or redirects handed nothing on. */
function mayHaveReachedLatchkey({ status }: OtherAnswer): boolean {
  return status < 300 || status >= 500;
}

export type ErrorCode = DomainError["code"];
export type ErrorOf<Code extends ErrorCode> = Extract<DomainError, { code: Code }>;

type Sentences = { readonly [Code in ErrorCode]: (error: ErrorOf<Code>) => string };

const sentences = {
  NOT_FOUND: ({ what }) => notFoundSentences[what ?? "key"],
  TITLE_INVALID: ({ problem }) => titleSentence(problem),
  SCOPE_INVALID: ({ problem }) => scopeSentence(problem),
  KEY_ALREADY_REVOKED: ({ revokedAt }) =>
    `This key was revoked at ${revokedAt.toISOString()}. A revoked key can be renamed or deleted.`,
  KEY_NOT_REVOKED: () => "Only a revoked key can be deleted. Revoke it first.",
  KEY_EXPIRED: ({ expiresAt }) =>
    `This key expired at ${expiresAt.toISOString()}. Create a new one in its place.`,
  KEY_REVOCATION_SCHEDULED: ({ revokedAt }) =>
    `This key's revocation is scheduled for ${revokedAt.toISOString()}. Cancel that first to rotate it.`,
  REVOCATION_NOT_SCHEDULED: () => "No revocation of this key is scheduled.",
  CONFLICT: (conflict) =>
    conflict.what === "sshKey"
      ? sshKeySentence(conflict.owner)
      : `Somebody changed this key in between (it is at revision ${conflict.revision}). Look at it again, then retry.`,
  EMAIL_TAKEN: () => "A user with this email exists. Choose another email.",
  LOG_RESTARTED: ({ head }) =>
    `The log was cut and goes on from an earlier place, as after a restore: it stands at event ${head.seq}. Read it again from its beginning.`,
  LAST_ADMIN: () => "This is the last enabled admin. Make another admin first.",
  UNAUTHENTICATED: ({ why }) => unauthenticatedSentences[why ?? "credential"],
  FORBIDDEN: ({ why }) => forbiddenSentence(why),
  RATE_LIMITED: ({ retryAfterSeconds }) =>
    `Too many attempts. Try again in ${retryAfterSeconds} s.`,
  INPUT_INVALID: ({ fields }) =>
    fields
      .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
      .join("; "),
  UNAVAILABLE: (unavailable) =>
    unavailable.why === "not_latchkey"
      ? otherAnswerSentence(unavailable.answer)
      : unavailableSentences[unavailable.why],
  INTERNAL: () => "Something went wrong inside Latchkey. The server's log tells more.",
} satisfies Sentences;

const notFoundSentences = {
  key: "There is no such key, or it isn't yours to see. Check the id.",
  user: "There is no such user. Check the email or id.",
  session: "There is no such session. It may have ended already.",
  sshKey: "There is no such SSH key. Check the fingerprint.",
};

const unauthenticatedSentences = {
  credential: "Not signed in, or the credential is no longer good. Sign in again.",
  login: "Email and password don't match. Try again.",
  password: "The current password is wrong. Try again.",
};

/** Where nobody knows; whoever knows what was to be changed can say more. */
export const UNSURE_OF_CHANGE =
  "If this was a change, look whether it happened before trying again.";

const unavailableSentences = {
  unreachable: "The server or its storage can't be reached. Nothing was changed. Try again.",
  busy: "The storage is busy. Nothing was changed. Try again.",
  storage_full: "The disk is full. Free some space, then start Latchkey again.",
  read_only:
    "The database takes no changes just now: it is a standby, or read-only. Nothing was changed. Name the primary, or try again.",
  certificate:
    "The server's certificate does not hold, so nothing was sent. Check the address and this machine's clock; another authority is trusted through NODE_EXTRA_CA_CERTS.",
  outcome_unknown: `The connection was lost before the answer came. ${UNSURE_OF_CHANGE}`,
} satisfies Record<UnavailableReason, string>;

function otherAnswerSentence(answer: OtherAnswer): string {
  const { address, status, contentType } = answer;
  const outcome = mayHaveReachedLatchkey(answer) ? UNSURE_OF_CHANGE : "Nothing was changed.";
  if (status === 421) {
    return `The server at ${address} does not answer to that name (421). ${outcome} Use a name that it knows, or add it to LATCHKEY_ALLOWED_HOSTS.`;
  }
  const redirects = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
  return `What answered at ${address} does not answer as Latchkey does (${status} ${contentType ?? "without a type"}${redirects}). ${outcome} Check the address, and the proxy or network before it.`;
}

/** What a person reads: what happened, then what to do. It never holds a token or a digest. */
export function describeError(error: DomainError): string {
  const sentence = sentences[error.code] as (error: DomainError) => string;
  // Scopes and fields hold what somebody sent, which may be a token by mistake.
  return redactTokens(sentence(error));
}

/** Every code of the family, for edges that map them all. */
export const errorCodes: readonly ErrorCode[] = Object.keys(sentences) as ErrorCode[];

function titleSentence(problem: TitleProblem): string {
  switch (problem.kind) {
    case "empty":
      return `title: Give the key a title of 1 to ${MAX_TITLE_LENGTH} visible characters.`;
    case "too_long":
      return `title: ${problem.length} characters are too many. Use at most ${MAX_TITLE_LENGTH}.`;
    case "forbidden_character":
      // Somebody who writes these two knows them.
      if (problem.codePoint === 0x200c || problem.codePoint === 0x200d) {
        return `title: The character ${codePointName(problem.codePoint)} stands where no letters or emoji need it. Remove it.`;
      }
      return `title: The character ${codePointName(problem.codePoint)} is not allowed. Remove control, formatting and line-break characters.`;
  }
}

function sshKeySentence(owner: string | null): string {
  return owner === null
    ? "This SSH key belongs to another user. If its private half is yours, register it with latchkey ssh-keys add on the computer that has it; else make another, or ask an admin."
    : `This SSH key belongs to ${owner}. Ask whose it is. Remove it there first, or make one of its own.`;
}

function scopeSentence(problem: ScopeProblem): string {
  switch (problem.kind) {
    case "empty_list":
      return "scopes: Name at least one scope, or leave scopes out for *.";
    case "too_many":
      return `scopes: ${problem.count} scopes are too many. Use at most ${MAX_SCOPES}.`;
    case "malformed":
      return `scopes: ${quoted(problem.scope)} is not a scope. Write resource:action in a-z 0-9 _ . - (1 to ${MAX_SCOPE_PART_LENGTH} each), * for either side, or * alone.`;
    case "wildcard_required":
      return `scopes: ${quoted(problem.scope)} can't be required. A required scope names its resource and action, without *.`;
  }
}

/** What was typed, without anything in it that may be a token in the wrong place. */
function quoted(typed: string): string {
  return JSON.stringify(typed.replace(/[0-9A-Za-z]{20,}/g, "…").slice(0, 140));
}

function forbiddenSentence(why: ForbiddenReason): string {
  switch (why.kind) {
    case "scope_missing":
      return `This key lacks the scope ${why.scope}. Use a key that has it.`;
    case "admin_only":
      return "Only an admin may do this.";
    case "people_only":
      return "A key can't do this. Sign in as a person.";
    case "role_may_not_verify":
      return "Only an admin, or a key of an admin or a service user, may check other people's keys.";
    case "beyond_own_scopes":
      return "A key can't give another key more scopes than its own.";
    case "beyond_own_end":
      return "A key can't let a key live longer than itself.";
  }
}

function codePointName(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}
