import type { ApiKey } from "@latchkey/client";
import { standingOf, statusText } from "../format/status.ts";
import { exact, exactUtc, relative } from "../format/time.ts";
import type { Console } from "./console.ts";

/**
 * How an answer is written: for a person on a terminal, or for a program, tab-separated and with times as on the
 * wire.
 */
export type Layout = {
  /** The terminal's width; `null` for a program. */
  readonly columns: number | null;
  readonly now: Date;
  /** `2 min ago`, else the date; `otherwise` if there is no instant. */
  readonly near: (instant: string | null, otherwise?: string) => string;
  /** `12 Nov 2026, 14:03`. */
  readonly exact: (instant: string | null, otherwise?: string) => string;
  readonly status: (key: ApiKey) => string;
  /** In a sentence beside the answer, which is always for a person. */
  readonly said: (instant: string) => string;
};

export function layoutFor(
  console: Pick<Console, "screen" | "now">,
  { utc = false }: { readonly utc?: boolean },
): Layout {
  const { screen } = console;
  const now = console.now();
  const columns = screen?.columns ?? null;
  const written =
    (write: (at: Date) => string) =>
    (instant: string | null, otherwise = "never") => {
      if (instant === null) return columns === null ? "" : otherwise;
      return columns === null ? instant : write(new Date(instant));
    };
  const precisely = utc ? exactUtc : exact;
  const exactly = written(precisely);
  return {
    columns,
    now,
    near: written(utc ? exactUtc : (at) => relative(at, now)),
    exact: exactly,
    said: (instant) => precisely(new Date(instant)),
    status: (key) => {
      if (columns === null) return key.status;
      const isScheduled = standingOf(key, now) === "scheduled";
      return utc && isScheduled ? `◐ revokes ${exactly(key.revokedAt)}` : statusText(key, now);
    },
  };
}
