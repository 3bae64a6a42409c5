import type { ApiKey, EventItem } from "@latchkey/server/client";
import type { Failure } from "../../format/failure.ts";

export type KeyDetailState = {
  readonly kind: "key-detail";
  readonly key: ApiKey;
  /** Newest first; `null` until it was read. */
  readonly history: readonly EventItem[] | null;
  readonly historyFailure: Failure | null;
  readonly failure: Failure | null;
  /** The first line that is seen. */
  readonly scroll: number;
  readonly asked: number;
};
