import {
  type DomainError,
  describeError,
  type ErrorCode,
  type FieldProblem,
  repeatable,
  withoutSecrets,
} from "@latchkey/core";
import { TRPCError } from "@trpc/server";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { outageOf } from "../faults/outage.ts";

/** Passes an expected failure through tRPC, which knows only throws. */
export class DomainFailure extends Error {
  override readonly name = "DomainFailure";
  readonly error: DomainError;

  constructor(error: DomainError) {
    super(error.code);
    this.error = error;
  }
}

/** Every code over the wire; tRPC's code determines the HTTP status. */
export const trpcCodes = {
  NOT_FOUND: "NOT_FOUND",
  TITLE_INVALID: "BAD_REQUEST",
  SCOPE_INVALID: "BAD_REQUEST",
  KEY_ALREADY_REVOKED: "CONFLICT",
  KEY_NOT_REVOKED: "CONFLICT",
  KEY_EXPIRED: "CONFLICT",
  KEY_REVOCATION_SCHEDULED: "CONFLICT",
  REVOCATION_NOT_SCHEDULED: "CONFLICT",
  CONFLICT: "CONFLICT",
  EMAIL_TAKEN: "CONFLICT",
  LAST_ADMIN: "CONFLICT",
  LOG_RESTARTED: "CONFLICT",
  UNAUTHENTICATED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  RATE_LIMITED: "TOO_MANY_REQUESTS",
  INPUT_INVALID: "BAD_REQUEST",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  INTERNAL: "INTERNAL_SERVER_ERROR",
} satisfies Record<ErrorCode, TRPC_ERROR_CODE_KEY>;

/** The failure as one of core's errors. An unexpected one is INTERNAL, without details. */
export function failureOf(error: TRPCError): DomainError {
  const { cause } = error;
  if (cause instanceof DomainFailure) return cause.error;
  if (cause instanceof z.ZodError) return { code: "INPUT_INVALID", fields: fieldProblems(cause) };
  const outage = outageOf(cause);
  if (outage !== null) return { code: "UNAVAILABLE", why: outage.why };
  switch (error.code) {
    case "NOT_FOUND":
      return requestProblem("There is no such procedure. Check its name.");
    case "METHOD_NOT_SUPPORTED":
      return requestProblem("The method does not fit this procedure. Use POST.");
    case "PARSE_ERROR":
    case "BAD_REQUEST":
      return requestProblem("The request is not the JSON that tRPC expects.");
    case "UNSUPPORTED_MEDIA_TYPE":
      return requestProblem("Send application/json.");
    case "PAYLOAD_TOO_LARGE":
      return requestProblem("The request is too large.");
    default:
      return { code: "INTERNAL" };
  }
}

/** An error on the wire: all of its data, and its code as `reason` beside tRPC's own. */
export function dataOf(error: DomainError): Record<string, unknown> {
  const { code: reason, ...data } = error;
  if (error.code !== "SCOPE_INVALID" || !("scope" in error.problem)) return { reason, ...data };
  // It may contain a token by mistake.
  return { reason, problem: { ...error.problem, scope: repeatable(error.problem.scope) } };
}

/** Zod's issues, a line for each field. It repeats no value. */
function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    field: issue.path.map(String).join("."),
    message: issue.code === "unrecognized_keys" ? unknownField(issue.keys[0]) : issue.message,
  }));
}

/**
 * The message of a failure for people. It may repeat a part of the input, which may contain a token by mistake:
 * so whatever may be a secret is left out.
 */
export function messageOf(error: DomainError): string {
  return withoutSecrets(describeError(error));
}

/** Repeats a field's name only if it looks like one: anything else may be a secret in the wrong place. */
function unknownField(name: string | undefined): string {
  return name !== undefined && /^[A-Za-z_]{1,30}$/.test(name)
    ? `There is no field ${name}. Leave it out.`
    : "It holds a field that there is not. Leave it out.";
}

function requestProblem(message: string): DomainError {
  return { code: "INPUT_INVALID", fields: [{ field: "", message }] };
}
