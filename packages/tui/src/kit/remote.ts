import { type Failure, isSignedOut, mayRecover, readFailure } from "../format/failure.ts";
import type { Reply, Request } from "./request.ts";
import type { Command } from "./screen.ts";

/**
 * Something that is read from the server, and read again. What was known stays while it loads and where it
 * fails; so does the last failure that was shown, until there is an answer.
 */
export type Remote<Value> = {
  /** The number of the latest question: answers to older ones don't count. */
  readonly asked: number;
} & (
  | {
      readonly phase: "loading";
      readonly how: "silently" | "visibly";
      readonly known: Value | null;
      readonly failure: Failure | null;
    }
  | { readonly phase: "ready"; readonly known: Value }
  | {
      readonly phase: "failed";
      readonly known: Value | null;
      /** `null` if it was asked for silently: nobody waited for it. */
      readonly failure: Failure | null;
      /** The same question may well get an answer later. */
      readonly behind: boolean;
    }
);

/** Before anything was asked. */
export const unread: Remote<never> = {
  phase: "loading",
  how: "visibly",
  asked: 0,
  known: null,
  failure: null,
};

/** What is shown of it where it could not be read. */
export function failureOf(remote: Remote<unknown>): Failure | null {
  return remote.phase === "ready" ? null : remote.failure;
}

/** The same for people, in one short line. */
export function failureText(remote: Remote<unknown>): string | null {
  const failure = failureOf(remote);
  return failure === null ? null : readFailure(failure);
}

/** Whether somebody waits for the answer. */
export function isAwaited(remote: Remote<unknown>): boolean {
  return remote.phase === "loading" && remote.how === "visibly";
}

/** Whether it could not be read, and is to be asked for again once the server answers. */
export function isBehind(remote: Remote<unknown>): boolean {
  return remote.phase === "failed" && remote.behind;
}

/** Asks for it, or asks again. */
export function asking<Value>(
  remote: Remote<Value>,
  request: Request,
  how: "silently" | "visibly" = "visibly",
): readonly [Remote<Value>, Command] {
  const failure = failureOf(remote);
  const asked = remote.asked + 1;
  const shown = isSignedOut(failure) ? null : failure;
  return [
    { phase: "loading", how, asked, known: remote.known, failure: shown },
    { command: "ask", ask: asked, request },
  ];
}

/** An answer, however it came out. */
type Settled<Output> = Pick<Reply, "ask"> &
  (
    | { readonly ok: true; readonly value: Output }
    | { readonly ok: false; readonly failure: Failure }
  );

/** Takes over an answer, unless it is one to an older question. */
export function answered<Output, Value>(
  remote: Remote<Value>,
  reply: Settled<Output>,
  valueOf: (output: Output) => Value,
): Remote<Value> {
  if (reply.ask !== remote.asked) return remote;
  return reply.ok ? ready(remote, valueOf(reply.value)) : failed(remote, reply.failure);
}

export function ready<Value>({ asked }: Remote<Value>, known: Value): Remote<Value> {
  return { phase: "ready", asked, known };
}

/** What was asked for silently tells nothing. */
export function failed<Value>(remote: Remote<Value>, failure: Failure): Remote<Value> {
  const isSilent = remote.phase === "loading" && remote.how === "silently";
  const { asked, known } = remote;
  const shown = isSilent ? remote.failure : failure;
  return { phase: "failed", asked, known, failure: shown, behind: mayRecover(failure) };
}

/** What is known changed in another way. */
export function withKnown<Value>(
  remote: Remote<Value>,
  change: (known: Value) => Value,
): Remote<Value> {
  return remote.known === null ? remote : { ...remote, known: change(remote.known) };
}
