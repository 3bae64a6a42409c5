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
  if (thrown instanceof OutcomeUnknown || causedBy(thrown, OutcomeUnknown)) {
    return unavailable("outcome_unknown");
  }
  return unavailable("unreachable");
}

/** A change was on its way when the connection broke: it may have happened. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

type FailureData = { reason?: string; fields?: FieldProblem[] };

function unavailable(why: "unreachable" | "outcome_unknown"): CallError {
  return { code: "UNAVAILABLE", message: describeError({ code: "UNAVAILABLE", why }), fields: [] };
}

function causedBy(error: unknown, kind: typeof OutcomeUnknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof kind) return true;
  }
  return false;
}
