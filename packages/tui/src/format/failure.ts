import { describeError, type ErrorCode, UNSURE_OF_CHANGE } from "@latchkey/core";
import { escape } from "./escape.ts";
import { exact } from "./time.ts";

/** What a call came back with instead of an answer; the message is a sentence for people. */
export type Failure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
};

const wrongPassword = describeError({ code: "UNAUTHENTICATED", why: "password" });

/** A password was asked for once more and is wrong: the session itself still holds. */
export function isWrongPassword({ code, message }: Failure): boolean {
  return code === "UNAUTHENTICATED" && message === wrongPassword;
}

/** The field that a failure is about by its very nature. */
function fieldOf(failure: Failure): string | null {
  if (failure.code === "EMAIL_TAKEN") return "email";
  return isWrongPassword(failure) ? "current" : null;
}

/** The sentence that belongs beside one field, or `null` where the failure is not about it. */
export function fieldMessage(failure: Failure | null, field: string): string | null {
  if (failure === null) return null;
  const named = failure.fields.find((problem) => problem.field === field);
  if (named !== undefined) return sentence(named.message);
  if (fieldOf(failure) === field) return sentence(failure.message);
  const prefix = `${field}: `;
  return failure.message.startsWith(prefix) ? sentence(failure.message.slice(prefix.length)) : null;
}

/** What to show where the failure stands on its own. */
export function failureMessage(failure: Failure): string {
  return withTimes(sentence(failure.message));
}

/** What to show of a change that failed; `effect` is what may have come of it, like `it was created`. */
export function changeFailure(failure: Failure, effect: string): string {
  const unsure = `Look whether ${effect} before you try again.`;
  return failureMessage(failure).replace(UNSURE_OF_CHANGE, unsure);
}

/** What to show of something that could not be read, in one short line. */
export function readFailure(failure: Failure): string {
  if (isUnreachable(failure)) return "The server can't be reached. r to try again.";
  const sentence = failureMessage(failure).replace(`${UNSURE_OF_CHANGE} `, "");
  return sentence.replace(/try again\.?$/i, "r to try again.");
}

const unreachable = (["unreachable", "outcome_unknown"] as const).map((why) =>
  describeError({ code: "UNAVAILABLE", why }),
);

export function isUnreachable({ code, message }: Failure): boolean {
  return code === "UNAVAILABLE" && unreachable.includes(message);
}

export function isSignedOut(failure: Failure | null): boolean {
  return failure?.code === "UNAUTHENTICATED";
}

const recoverable: readonly ErrorCode[] = ["UNAVAILABLE", "RATE_LIMITED", "UNAUTHENTICATED"];

/** Whether the same question may well get an answer later. */
export function mayRecover({ code }: Failure): boolean {
  return recoverable.includes(code);
}

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Core writes instants as on the wire; people read them in their own time, or as `write` has it. */
export function withTimes(text: string, write: (at: Date) => string = exact): string {
  return text.replace(INSTANT, (instant) => write(new Date(instant)));
}

function sentence(message: string): string {
  const text = escape(message.trim());
  return text.charAt(0).toUpperCase() + text.slice(1);
}
