import type { KeySort, KeyStatus } from "@latchkey/core";
import type { InputOf } from "@latchkey/client";
import type { OwnerFilter } from "../format/person.ts";
import { midnight, parseDay } from "../format/time.ts";
import { PAGE_SIZE } from "../format/total.ts";

// The query of the list: search, filters, order.

export type SortOrder = "asc" | "desc";
export type Period = "any" | "today" | "7-days" | "30-days" | "90-days" | "12-months" | "custom";
/** `from` and `to` are local days as typed, `2026-11-12`; they apply only to `custom`. */
export type DateFilter = { readonly period: Period; readonly from: string; readonly to: string };
export type DateField = "created" | "updated" | "revoked";

export type KeyFilter = {
  readonly status: "all" | KeyStatus;
  readonly owner: OwnerFilter;
} & Readonly<Record<DateField, DateFilter>>;

export type KeyQuery = {
  readonly search: string;
  readonly filter: KeyFilter;
  readonly sort: KeySort;
  readonly order: SortOrder;
};

const anyTime: DateFilter = { period: "any", from: "", to: "" };
export const noFilter: KeyFilter = {
  status: "all",
  owner: "me",
  created: anyTime,
  updated: anyTime,
  revoked: anyTime,
};
export const firstQuery: KeyQuery = {
  search: "",
  filter: noFilter,
  sort: "createdAt",
  order: "desc",
};

export const dateFields = ["created", "updated", "revoked"] as const;
export const periods = [
  "any",
  "today",
  "7-days",
  "30-days",
  "90-days",
  "12-months",
  "custom",
] as const satisfies readonly Period[];

export const periodNames = {
  any: "any",
  today: "today",
  "7-days": "last 7 days",
  "30-days": "last 30 days",
  "90-days": "last 90 days",
  "12-months": "last 12 months",
  custom: "custom",
} satisfies Record<Period, string>;

export const sortNames = {
  title: "Title",
  createdAt: "Created",
  updatedAt: "Updated",
  revokedAt: "Revoked at",
  expiresAt: "Expires",
} satisfies Record<KeySort, string>;

/** How an order reads beside its field. */
export function orderName(sort: KeySort, order: SortOrder): string {
  if (sort === "title") return order === "asc" ? "A to Z" : "Z to A";
  return order === "asc" ? "oldest first" : "newest first";
}

export function isFiltered(filter: KeyFilter): boolean {
  return filter.status !== "all" || dateFields.some((field) => filter[field].period !== "any");
}

/** The search and the filters in words, e.g. `status: revoked`; without what is not set. */
export function filterWords(filter: KeyFilter): string[] {
  const words = filter.status === "all" ? [] : [`status: ${filter.status}`];
  for (const field of dateFields) {
    const { period, from, to } = filter[field];
    if (period === "any") continue;
    const text = period === "custom" ? `${from || "…"} – ${to || "…"}` : periodNames[period];
    words.push(`${field}: ${text}`);
  }
  return words;
}

type ListInput = NonNullable<InputOf<"keys.list">>;

/** The query as the server takes it. Days are local; the last one includes its end. */
export function listInput(query: KeyQuery, cursor: string | null, now: Date): ListInput {
  const { search, filter, sort, order } = query;
  const input: ListInput = { owner: filter.owner, sort, order, limit: PAGE_SIZE };
  if (search.trim() !== "") input.search = search.trim();
  if (filter.status !== "all") input.status = filter.status;
  for (const field of dateFields) {
    const range = rangeOf(filter[field], now);
    if (range !== null) input[field] = range;
  }
  if (cursor !== null) input.cursor = cursor;
  return input;
}

/** As `[from, to)`. Periods up to now end with today, so that scheduled instants are excluded. */
export function rangeOf(filter: DateFilter, now: Date): { from?: string; to?: string } | null {
  const since = (from: Date) => ({
    from: from.toISOString(),
    to: midnight(now, 1).toISOString(),
  });
  switch (filter.period) {
    case "any":
      return null;
    case "today":
      return since(midnight(now));
    case "7-days":
      return since(midnight(now, -7));
    case "30-days":
      return since(midnight(now, -30));
    case "90-days":
      return since(midnight(now, -90));
    case "12-months":
      return since(new Date(now.getFullYear() - 1, now.getMonth(), now.getDate()));
    case "custom": {
      const from = parseDay(filter.from);
      const to = parseDay(filter.to);
      if (from === null && to === null) return null;
      return {
        ...(from === null ? {} : { from: from.toISOString() }),
        ...(to === null ? {} : { to: midnight(to, 1).toISOString() }),
      };
    }
  }
}
