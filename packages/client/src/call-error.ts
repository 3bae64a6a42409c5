import { type DomainError, describeError, fieldProblems } from "@latchkey/core";
import { TRPCClientError } from "@trpc/client";
import { readFailure, type FailureParts } from "./read-failure.ts";

/**
 * A failed call: core's error with its code and data, a sentence for people, and what is wrong with each
 * field of the input. The data may be missing from an older server.
 */
export type CallError = FailureParts & { readonly message: string };

/** What a call threw, by code. A call that never reached a server is UNAVAILABLE. */
export function errorOf(thrown: unknown): CallError {
  const local = localFailureOf(thrown);
  if (local !== null) return callError(local.error);
  if (thrown instanceof TRPCClientError) {
    const answered = answeredFailure(thrown);
    if (answered !== null) return answered;
  }
  if (causeWith(thrown, UNFORMED)) return callError(NOT_FORMED);
  // A call that never reached a server changed nothing; any other broken call may have.
  if (causeWith(thrown, BAD_CERTIFICATE))
    return callError({ code: "UNAVAILABLE", why: "certificate" });
  const why = neverSent(thrown) ? "unreachable" : "outcome_unknown";
  return callError({ code: "UNAVAILABLE", why });
}

/** Whether the server answered, as opposed to no answer at all. */
export function isAnswer(thrown: unknown): boolean {
  if (!(thrown instanceof TRPCClientError)) return false;
  return readFailure(thrown.data) !== null;
}

/** The failure that was detected on this side, if that was thrown, or is its cause. */
export function localFailureOf(thrown: unknown): LocalFailure | null {
  const cause = thrown instanceof TRPCClientError ? thrown.cause : thrown;
  return cause instanceof LocalFailure ? cause : null;
}

/** A failure that was detected on this side. */
export class LocalFailure extends Error {
  override readonly name = "LocalFailure";
  readonly error: DomainError;

  constructor(error: DomainError, options?: ErrorOptions) {
    super(describeError(error), options);
    this.error = error;
  }
}

/** With the server's own message. An answer without one is not Latchkey's. */
function answeredFailure({ data, message }: TRPCClientError<never>): CallError | null {
  const error = readFailure(data);
  if (error === null || (error.code === "UNRECOGNIZED" && message === "")) return null;
  return { ...error, message };
}

function callError(error: DomainError): CallError {
  return { ...error, message: describeError(error), fields: fieldProblems(error) };
}

/** The connection failed before the request was sent: nothing can have happened. */
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
/** OpenSSL's and Node's codes for invalid certificates. */
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
