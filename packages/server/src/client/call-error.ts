import { describeError, type ErrorCode, errorCodes, type FieldProblem } from "@latchkey/core";
import { TRPCClientError } from "@trpc/client";

/** A failed call: core's code, a sentence for people, and the fields where an input did not hold. */
export type CallError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly FieldProblem[];
};

/** What a call threw, told apart by code. What never reached a server is UNAVAILABLE. */
export function errorOf(thrown: unknown): CallError {
  const data = thrown instanceof TRPCClientError ? (thrown.data as FailureData | undefined) : null;
  const code = errorCodes.find((known) => known === data?.reason);
  if (thrown instanceof TRPCClientError && code !== undefined) {
    return { code, message: thrown.message, fields: data?.fields ?? [] };
  }
  // What never reached a server changed nothing; of anything else that broke one can't be sure.
  return unavailable(neverSent(thrown) ? "unreachable" : "outcome_unknown");
}

type FailureData = { reason?: string; fields?: FieldProblem[] };

function unavailable(why: "unreachable" | "outcome_unknown"): CallError {
  return { code: "UNAVAILABLE", message: describeError({ code: "UNAVAILABLE", why }), fields: [] };
}

/** The connection failed before the request could reach anybody: nothing can have happened. */
export class NotSent extends Error {
  override readonly name = "NotSent";

  constructor(cause: unknown) {
    super("the request was not sent", { cause });
  }
}

/** Whether the connection failed before anything could be sent, by Node's error codes. */
export function neverSent(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof NotSent) return true;
    const { code } = inner as NodeJS.ErrnoException;
    if (/^(ECONNREFUSED|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code ?? "")) {
      return true;
    }
  }
  return false;
}
