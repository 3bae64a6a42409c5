import {
  type DomainError,
  describeError,
  type ErrorCode,
  errorCodes,
  type FieldProblem,
  type LogPosition,
} from "@latchkey/core";
import { TRPCClientError } from "@trpc/client";

/** A failed call: core's code, a sentence for people, and the fields where an input did not hold. */
export type CallError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly FieldProblem[];
  /** Where the log stands now; with LOG_RESTARTED alone. */
  readonly head?: LogPosition;
};

/** What a call threw, told apart by code. What never reached a server is UNAVAILABLE. */
export function errorOf(thrown: unknown): CallError {
  const local = localFailureOf(thrown);
  if (local !== null) {
    const { error, message } = local;
    return { code: error.code, message, fields: "fields" in error ? error.fields : [] };
  }
  const data = thrown instanceof TRPCClientError ? (thrown.data as FailureData | undefined) : null;
  const code = errorCodes.find((known) => known === data?.reason);
  if (thrown instanceof TRPCClientError && code !== undefined) {
    const head = data?.head === undefined ? {} : { head: data.head };
    return { code, message: thrown.message, fields: data?.fields ?? [], ...head };
  }
  if (causeWith(thrown, UNFORMED)) {
    return { code: "INPUT_INVALID", message: describeError(NOT_FORMED), fields: NOT_FORMED.fields };
  }
  // What never reached a server changed nothing; of anything else that broke one can't be sure.
  if (causeWith(thrown, BAD_CERTIFICATE)) return unavailable("certificate");
  return unavailable(neverSent(thrown) ? "unreachable" : "outcome_unknown");
}

/** Whether the server itself said so, rather than nobody. */
export function isAnswer(thrown: unknown): boolean {
  if (!(thrown instanceof TRPCClientError)) return false;
  return (thrown.data as FailureData | undefined)?.reason !== undefined;
}

/** The failure that was found on this side, if that is what was thrown, or its cause. */
export function localFailureOf(thrown: unknown): LocalFailure | null {
  const cause = thrown instanceof TRPCClientError ? thrown.cause : thrown;
  return cause instanceof LocalFailure ? cause : null;
}

/** A failure that was found on this side. */
export class LocalFailure extends Error {
  override readonly name = "LocalFailure";
  readonly error: DomainError;

  constructor(error: DomainError, options?: ErrorOptions) {
    super(describeError(error), options);
    this.error = error;
  }
}

type FailureData = { reason?: string; fields?: FieldProblem[]; head?: LogPosition };

function unavailable(why: "unreachable" | "outcome_unknown" | "certificate"): CallError {
  return { code: "UNAVAILABLE", message: describeError({ code: "UNAVAILABLE", why }), fields: [] };
}

/** The connection failed before the request could reach anybody: nothing can have happened. */
export class NotSent extends Error {
  override readonly name = "NotSent";

  constructor(cause: unknown) {
    super("the request was not sent", { cause });
  }
}

/** Node's codes for connections that failed before anything could be sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
/** Node's code for a header that can't be sent. */
const UNFORMED = /^ERR_INVALID_CHAR$/;
const NOT_FORMED = {
  code: "INPUT_INVALID",
  fields: [
    {
      field: "token",
      message:
        "The request could not be formed, and was not sent. Sign in again, or give the token alone.",
    },
  ],
} as const satisfies DomainError;
/** OpenSSL's and Node's codes for certificates that don't hold. */
const BAD_CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;

/** Whether the connection failed before anything could be sent. */
export function neverSent(error: unknown): boolean {
  return causeWith(error, NOT_CONNECTED) || causeWith(error, BAD_CERTIFICATE);
}

function causeWith(error: unknown, codes: RegExp): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof NotSent && codes === NOT_CONNECTED) return true;
    if (codes.test((inner as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}
