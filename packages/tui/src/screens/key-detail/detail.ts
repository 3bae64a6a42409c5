import type { ApiKey, EventItem } from "@latchkey/client";
import type { Failure } from "../../format/failure.ts";
import type { UsageHour } from "../../format/usage.ts";

/** One line of the page below its title. */
export type DetailLine =
  | { readonly kind: "fact"; readonly label: string; readonly value: string }
  /** `beside` is at the right margin. */
  | { readonly kind: "heading"; readonly text: string; readonly beside?: string }
  | { readonly kind: "chart"; readonly text: string }
  | {
      readonly kind: "event";
      readonly when: string;
      readonly what: string;
      readonly who: string;
    }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "gap" };

export type KeyDetailState = {
  readonly kind: "key-detail";
  readonly key: ApiKey;
  /** Newest first; `null` until it was read. */
  readonly history: readonly EventItem[] | null;
  readonly historyFailure: Failure | null;
  /** By the hour, of the last 30 days; `null` until it was read. */
  readonly usage: readonly UsageHour[] | null;
  readonly failure: Failure | null;
  /** The first line that is seen. */
  readonly scroll: number;
  readonly asked: number;
};

/** Somebody deleted it meanwhile, or this person may no longer see it. */
export function isGone({ failure }: KeyDetailState): boolean {
  return failure?.code === "NOT_FOUND";
}
