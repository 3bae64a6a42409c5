import {
  type DomainError,
  type ErrorCode,
  type ErrorOf,
  type FieldProblem,
  type ForbiddenReason,
  type OtherAnswer,
  type ScopeProblem,
  type TitleProblem,
  type UnavailableReason,
} from "./errors.ts";
import { MAX_SCOPE_PART_LENGTH, MAX_SCOPES, MAX_TITLE_LENGTH } from "./limits.ts";
import { redactTokens, withoutSecrets } from "./token.ts";

// What a person reads of each error. No decision depends on it: code and data decide.

type Sentences = { readonly [Code in ErrorCode]: (error: ErrorOf<Code>) => string };

const sentences = {
  NOT_FOUND: ({ what }) => notFoundSentences[what ?? "key"],
  TITLE_INVALID: named,
  SCOPE_INVALID: named,
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
  INPUT_INVALID: named,
  UNAVAILABLE: (outage) => describeOutage(outage),
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

/** What a caller may add about an outage: how to try again, and what it was changing. */
export type OutageWording = {
  /** Without its full stop; it may begin or end a sentence. */
  readonly retry: string;
  /** A sentence for when it is unknown whether a change happened; "" for reads. */
  readonly unsure: string;
};

const PLAINLY: OutageWording = {
  retry: "Try again",
  unsure: "If this was a change, look whether it happened before trying again.",
};

type OutageSentences = Record<UnavailableReason, (wording: OutageWording) => string>;

const outageSentences: OutageSentences = {
  unreachable: ({ retry }) =>
    `The server or its storage can't be reached. Nothing was changed. ${retry}.`,
  busy: ({ retry }) => `The storage is busy. Nothing was changed. ${retry}.`,
  storage_full: () => "The disk is full. Free some space, then start Latchkey again.",
  read_only: ({ retry }) =>
    `The database takes no changes just now: it is a standby, or read-only. Nothing was changed. Name the primary, or ${retry.charAt(0).toLowerCase()}${retry.slice(1)}.`,
  certificate: () =>
    "The server's certificate does not hold, so nothing was sent. Check the address and this machine's clock; another authority is trusted through NODE_EXTRA_CA_CERTS.",
  outcome_unknown: ({ unsure }) =>
    inOrder("The connection was lost before the answer came.", unsure),
};

/** The same as `describeError`, with what the caller knows. */
export function describeOutage(
  outage: ErrorOf<"UNAVAILABLE">,
  wording: Partial<OutageWording> = {},
): string {
  const words = { ...PLAINLY, ...wording };
  return outage.why === "not_latchkey"
    ? otherAnswerSentence(outage.answer, words)
    : outageSentences[outage.why](words);
}

/** Whether a change may have happened behind such an answer: a refusal or a redirect forwarded nothing. */
function mayHaveReachedLatchkey({ status }: OtherAnswer): boolean {
  return status < 300 || status >= 500;
}

function otherAnswerSentence(answer: OtherAnswer, { unsure }: OutageWording): string {
  const { address, status, contentType } = answer;
  const outcome = mayHaveReachedLatchkey(answer) ? unsure : "Nothing was changed.";
  if (status === 421) {
    return inOrder(
      `The server at ${address} does not answer to that name (421).`,
      outcome,
      "Use a name that it knows, or add it to LATCHKEY_ALLOWED_HOSTS.",
    );
  }
  const redirects = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
  return inOrder(
    `What answered at ${address} does not answer as Latchkey does (${status} ${contentType ?? "without a type"}${redirects}).`,
    outcome,
    "Check the address, and the proxy or network before it.",
  );
}

function inOrder(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** What is wrong with the fields of an input, each named as in the procedure's input; none for other errors. */
export function fieldProblems(error: DomainError): readonly FieldProblem[] {
  switch (error.code) {
    case "INPUT_INVALID":
      return error.fields;
    case "TITLE_INVALID":
      return [{ field: "title", message: titleSentence(error.problem) }];
    case "SCOPE_INVALID":
      return [{ field: "scopes", message: redactTokens(scopeSentence(error.problem)) }];
    case "EMAIL_TAKEN":
      return [{ field: "email", message: describeError(error) }];
    case "UNAUTHENTICATED":
      return error.why === "password" ? [{ field: "current", message: describeError(error) }] : [];
    default:
      return [];
  }
}

function named(error: ErrorOf<"INPUT_INVALID" | "TITLE_INVALID" | "SCOPE_INVALID">): string {
  return fieldProblems(error)
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
    .join("; ");
}

/** What a person reads: what happened, then what to do. It never contains a token or a digest. */
export function describeError(error: DomainError): string {
  const sentence = sentences[error.code] as (error: DomainError) => string;
  // Scopes and fields contain input, which may be a token by mistake.
  return redactTokens(sentence(error));
}

/** Every code of the family, for edges that map them all. */
export const errorCodes: readonly ErrorCode[] = Object.keys(sentences) as ErrorCode[];

function titleSentence(problem: TitleProblem): string {
  switch (problem.kind) {
    case "empty":
      return `Give the key a title of 1 to ${MAX_TITLE_LENGTH} visible characters.`;
    case "too_long":
      return `${problem.length} characters are too many. Use at most ${MAX_TITLE_LENGTH}.`;
    case "forbidden_character":
      // Whoever writes these two knows them.
      if (problem.codePoint === 0x200c || problem.codePoint === 0x200d) {
        return `The character ${codePointName(problem.codePoint)} stands where no letters or emoji need it. Remove it.`;
      }
      return `The character ${codePointName(problem.codePoint)} is not allowed. Remove control, formatting and line-break characters.`;
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
      return "Name at least one scope, or leave scopes out for *.";
    case "too_many":
      return `${problem.count} scopes are too many. Use at most ${MAX_SCOPES}.`;
    case "malformed":
      return `${quoted(problem.scope)} is not a scope. Write resource:action in a-z 0-9 _ . - (1 to ${MAX_SCOPE_PART_LENGTH} each), * for either side, or * alone.`;
    case "wildcard_required":
      return `${quoted(problem.scope)} can't be required. A required scope names its resource and action, without *.`;
  }
}

function quoted(typed: string): string {
  return JSON.stringify(repeatable(typed));
}

/** Input in a form that may be repeated: truncated, and without anything that may be a secret. */
export function repeatable(typed: string): string {
  return withoutSecrets(typed).slice(0, 140);
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
