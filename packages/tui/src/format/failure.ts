import type { ErrorCode } from "@latchkey/core";
import { escape } from "./escape.ts";

/** What a call came back with instead of an answer; the message is a sentence for people. */
export type Failure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
};

/** The sentence that belongs beside one field, or `null` where the failure is not about it. */
export function fieldMessage(failure: Failure | null, field: string): string | null {
  if (failure === null) return null;
  const named = failure.fields.find((problem) => problem.field === field);
  if (named !== undefined) return sentence(named.message);
  const prefix = `${field}: `;
  return failure.message.startsWith(prefix) ? sentence(failure.message.slice(prefix.length)) : null;
}

/** What to show where the failure stands on its own. */
export function failureMessage(failure: Failure): string {
  return sentence(failure.message);
}

function sentence(message: string): string {
  const text = escape(message.trim());
  return text.charAt(0).toUpperCase() + text.slice(1);
}
