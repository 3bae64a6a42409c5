import {
  type DomainError,
  type ErrorCode,
  type ErrorOf,
  errorCodes,
  type FieldProblem,
  fieldProblems,
} from "@latchkey/core";

// From a failure on the wire back to core's error. Older servers leave data out, newer ones have codes of their own.

/** A failure of which only the code is known: its server left out the data, or sent it in another form. */
type Bare = ErrorCode extends infer Code
  ? Code extends ErrorCode
    ? { readonly code: Code } & { readonly [Name in DataName]?: undefined }
    : never
  : never;

/** A failure with a code of a newer server. */
type Unrecognized = { readonly code: "UNRECOGNIZED"; readonly reason: string } & {
  readonly [Name in DataName]?: undefined;
};

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
/** `fields` is on every `CallError`. */
type DataName = Exclude<KeysOf<DomainError>, "code" | "fields">;

type Wire = Readonly<Record<string, unknown>>;
type DataOf<Failure> = Failure extends DomainError ? Omit<Failure, "code"> : never;
type Readers = {
  readonly [Code in ErrorCode]: (wire: Wire) => DataOf<ErrorOf<Code>> | null;
};

const noData = () => ({});

const readers: Readers = {
  NOT_FOUND: ({ what }) => whereKnown("what", oneOf(what, "user", "session", "sshKey")),
  TITLE_INVALID: ({ problem }) =>
    whole({ problem: ofKind(problem, "empty", "too_long", "forbidden_character") }),
  SCOPE_INVALID: ({ problem }) =>
    whole({ problem: ofKind(problem, "empty_list", "too_many", "malformed", "wildcard_required") }),
  KEY_ALREADY_REVOKED: ({ revokedAt }) => whole({ revokedAt: instant(revokedAt) }),
  KEY_NOT_REVOKED: noData,
  KEY_EXPIRED: ({ expiresAt }) => whole({ expiresAt: instant(expiresAt) }),
  KEY_REVOCATION_SCHEDULED: ({ revokedAt }) => whole({ revokedAt: instant(revokedAt) }),
  REVOCATION_NOT_SCHEDULED: noData,
  CONFLICT: ({ what, owner, revision }) =>
    what === "sshKey"
      ? whole({ what, owner: owner === null ? null : text(owner) })
      : whole({ revision: number(revision) }),
  EMAIL_TAKEN: noData,
  LAST_ADMIN: noData,
  LOG_RESTARTED: ({ head }) => whole({ head: object(head, "seq", "mac") }),
  UNAUTHENTICATED: ({ why }) => whereKnown("why", oneOf(why, "login", "password")),
  FORBIDDEN: ({ why }) =>
    whole({
      why: ofKind(
        why,
        "scope_missing",
        "admin_only",
        "people_only",
        "role_may_not_verify",
        "beyond_own_scopes",
        "beyond_own_end",
      ),
    }),
  RATE_LIMITED: ({ retryAfterSeconds }) => whole({ retryAfterSeconds: number(retryAfterSeconds) }),
  INPUT_INVALID: ({ fields }) => ({ fields: Array.isArray(fields) ? fields : [] }),
  UNAVAILABLE: ({ why }) =>
    whole({
      why: oneOf(
        why,
        "unreachable",
        "busy",
        "storage_full",
        "read_only",
        "outcome_unknown",
        "certificate",
      ),
    }),
  INTERNAL: noData,
};

/** A failure, and what is wrong with each field of the input. */
export type FailureParts = (DomainError | Bare | Unrecognized) & {
  readonly fields: readonly FieldProblem[];
};

/** @param data tRPC's `data` of a failure. Returns `null` if it is not Latchkey's. */
export function readFailure(data: unknown): FailureParts | null {
  const { reason, ...wire } = (data ?? {}) as Wire;
  if (typeof reason !== "string") return null;
  const code = errorCodes.find((known) => known === reason);
  if (code === undefined) return { code: "UNRECOGNIZED", reason, fields: [] };
  const found = readers[code](wire);
  if (found === null) return { code, fields: [] } as FailureParts;
  const error = { code, ...found } as DomainError;
  return { ...error, fields: fieldProblems(error) };
}

type Found<Data> = { readonly [Name in keyof Data]: Data[Name] | undefined };

/** All of it, or nothing. */
function whole<Data>(found: Found<Data>): Data | null {
  return Object.values(found).includes(undefined) ? null : (found as Data);
}

function whereKnown<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function oneOf<Word extends string>(value: unknown, ...words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

/** A variant of a union that has these kinds, and for each its own data. */
function ofKind<Variant extends { readonly kind: string }>(
  value: unknown,
  ...kinds: readonly Variant["kind"][]
): Variant | undefined {
  const variant = object<Variant>(value, "kind");
  return variant !== undefined && kinds.includes(variant.kind) ? variant : undefined;
}

function object<Value>(value: unknown, ...names: readonly (keyof Value)[]): Value | undefined {
  const isOne = typeof value === "object" && value !== null;
  return isOne && names.every((name) => name in value) ? (value as Value) : undefined;
}

function instant(value: unknown): Date | undefined {
  const at = new Date(typeof value === "string" ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
