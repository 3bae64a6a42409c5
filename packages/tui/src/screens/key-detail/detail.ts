import type { ApiKey, EventItem } from "@latchkey/client";
import type { UsageHour } from "../../format/usage.ts";
import { failureOf, type Remote } from "../../kit/remote.ts";

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
  /** As it is known by now, also from elsewhere. */
  readonly key: ApiKey;
  readonly read: Remote<ApiKey>;
  /** Newest first. */
  readonly history: Remote<readonly EventItem[]>;
  /** By the hour, of the last 30 days. */
  readonly usage: Remote<readonly UsageHour[]>;
  /** The first line that is seen. */
  readonly scroll: number;
};

/** Somebody deleted it meanwhile, or this person may no longer see it. */
export function isGone({ read }: KeyDetailState): boolean {
  return failureOf(read)?.code === "NOT_FOUND";
}
