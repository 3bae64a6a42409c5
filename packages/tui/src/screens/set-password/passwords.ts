import type { Redacted } from "@latchkey/core";

/** Whether what was typed twice is not the same. */
export function passwordsDiffer(first: Redacted<string>, second: Redacted<string>): boolean {
  return first.reveal() !== second.reveal();
}
