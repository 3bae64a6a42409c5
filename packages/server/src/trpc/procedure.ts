import {
  authorize,
  type DomainError,
  type LatchkeyScope,
  type Principal,
  type Result,
  requireAdmin,
  requirePerson,
  requireVerifier,
} from "@latchkey/core";
import { initTRPC, TRPCError } from "@trpc/server";
import type { Context } from "./context.ts";
import { DomainFailure, dataOf, failureOf, messageOf, trpcCodes } from "./failure.ts";
import type { Caller } from "../use-cases/services.ts";
import { QueueFull } from "../use-cases/sessions/work-queue.ts";
import { outageOf } from "../faults/outage.ts";

// The kinds of procedures, and how a failure goes over the wire.

const t = initTRPC.context<Context>().create({
  // Stack traces never leave the process.
  isDev: false,
  errorFormatter({ shape, error }) {
    const failure = failureOf(error);
    const { code, httpStatus } = shape.data;
    const data = { code, httpStatus, ...dataOf(failure) };
    return { code: shape.code, message: messageOf(failure), data };
  },
});

export const router = t.router;

/** An outage of the storage is sent as one, not as a defect: its status tells clients to retry. */
function throwOutage(cause: unknown): void {
  if (cause instanceof QueueFull) throw failure({ code: "RATE_LIMITED", retryAfterSeconds: 1 });
  const outage = outageOf(cause);
  if (outage !== null) throw failure({ code: "UNAVAILABLE", why: outage.why });
}

/**
 * A stream that lasts until an error. If it ends without one its client should reconnect, which it does by itself
 * if the connection ends without tRPC's final message.
 */
export async function* endless<Value>(
  results: AsyncIterable<Result<Value, DomainError>>,
): AsyncGenerator<Value, void> {
  try {
    for await (const result of results) yield unwrap(result);
  } catch (error) {
    throwOutage(error);
    throw error;
  }
  // tRPC treats it as a broken connection.
  throw new DOMException("come again", "AbortError");
}

/** A call by anyone, authenticated or not. */
export const anybody = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throwOutage(result.error.cause);
  return result;
});

/**
 * Only a type: passing the caller to `next` would make tRPC copy the whole context, property by property, which
 * takes longer than a check of a key.
 */
const WITH_CALLER = undefined as unknown as { readonly caller: Caller };

type Check = (principal: Principal) => Result<unknown, DomainError>;

/** The same for an authenticated caller that passes all checks. In one step, since each costs more than a check of a key. */
const by = (...checks: readonly Check[]) =>
  t.procedure.use(async ({ ctx, next }) => {
    const caller = await ctx.identify().catch((error: unknown) => {
      if (error instanceof DomainFailure) throw failure(error.error);
      throwOutage(error);
      throw error;
    });
    if (caller === null) throw failure({ code: "UNAUTHENTICATED" });
    for (const check of checks) unwrap(check(caller.principal));
    ctx.caller = caller;
    const result = await next({ ctx: WITH_CALLER });
    if (!result.ok) throwOutage(result.error.cause);
    return result;
  });

const within =
  (scope: LatchkeyScope): Check =>
  (principal) =>
    authorize(principal, scope);

/** A call by an authenticated caller. Error: UNAUTHENTICATED. */
export const signedIn = by();

/** A call that a key may make only with this scope. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const scoped = (scope: LatchkeyScope) => by(within(scope));

/** A call for those who may see other people's keys to check them. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const verifier = by(requireVerifier);

/** A call for admins. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const adminOnly = (scope: LatchkeyScope) => by(within(scope), requireAdmin);

/** A call that no key may make. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const person = by(requirePerson);

/** A call for admins that no key may make. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const adminPerson = by(requirePerson, requireAdmin);

/** The value of a result; its error goes over the wire. */
export function unwrap<Value>(result: Result<Value, DomainError>): Value {
  if (result.ok) return result.value;
  throw failure(result.error);
}

function failure(error: DomainError): TRPCError {
  const cause = new DomainFailure(error);
  return new TRPCError({ code: trpcCodes[error.code], message: error.code, cause });
}
