import { describeOutage, type OutageWording } from "@latchkey/core";
import type { CallError } from "@latchkey/client";
import { escape } from "./escape.ts";
import { exact } from "./time.ts";

/** A failed call; the message is a sentence for people. */
export type Failure =
  | CallError
  /** Nobody was signed in any more; by now somebody may be. */
  | { readonly code: "SESSION_ENDED"; readonly message: string; readonly fields: readonly [] };

/** The failure of a change that was refused so: it can be sent again as it is. */
export const SESSION_ENDED: Failure = {
  code: "SESSION_ENDED",
  message: ended("Try again"),
  fields: [],
};

/** The current password was wrong: the session itself is still valid. */
export function isWrongPassword(failure: Failure): boolean {
  return failure.code === "UNAUTHENTICATED" && failure.why === "password";
}

/** The sentence for one field, or `null` if the failure is not about it. */
export function fieldMessage(failure: Failure | null, field: string): string | null {
  const named = failure?.fields.find((problem) => problem.field === field);
  return named === undefined ? null : sentence(named.message);
}

/** What to show if the failure stands on its own. */
export function failureMessage(failure: Failure, wording: Partial<OutageWording> = {}): string {
  const isOutage = failure.code === "UNAVAILABLE" && failure.why !== undefined;
  return withTimes(sentence(isOutage ? describeOutage(failure, wording) : failure.message));
}

/** What to show of a change that failed; `effect` is what may have happened, like `it was created`. */
export function changeFailure(failure: Failure, effect: string): string {
  return failureMessage(failure, { unsure: `Look whether ${effect} before you try again.` });
}

/** What to show of something that could not be read, in one short line. */
export function readFailure(failure: Failure): string {
  if (isUnreachable(failure)) return "The server can't be reached. r to try again.";
  if (failure.code === "SESSION_ENDED") return ended("r to try again");
  return failureMessage(failure, { unsure: "", retry: "r to try again" });
}

export function isUnreachable(failure: Failure): boolean {
  if (failure.code !== "UNAVAILABLE") return false;
  return failure.why === "unreachable" || failure.why === "outcome_unknown";
}

export function isSignedOut(failure: Failure | null): boolean {
  return failure?.code === "UNAUTHENTICATED" || failure?.code === "SESSION_ENDED";
}

const recoverable: readonly Failure["code"][] = [
  "UNAVAILABLE",
  "RATE_LIMITED",
  "UNAUTHENTICATED",
  "SESSION_ENDED",
];

/** Whether the same request may succeed later. */
export function mayRecover({ code }: Failure): boolean {
  return recoverable.includes(code);
}

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Core writes instants as on the wire; people read them in local time, or as `write` formats them. */
export function withTimes(text: string, write: (at: Date) => string = exact): string {
  return text.replace(INSTANT, (instant) => write(new Date(instant)));
}

function sentence(message: string): string {
  const text = escape(message.trim());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ended(retry: string): string {
  return `Nothing changed: your session had ended. ${retry}.`;
}
