import { keyStatuses } from "@latchkey/core";
import type { Press } from "../../kit/press.ts";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { stepIn } from "../../kit/movement.ts";
import { parseDay } from "../../format/time.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import {
  type DateField,
  type DateFilter,
  dateFields,
  type KeyFilter,
  noFilter,
  type Period,
  periods,
} from "../../kit/query.ts";

type DateDraft = {
  readonly period: Period;
  readonly from: TextField;
  readonly to: TextField;
};

/** What can have the focus: `created` is its period, `created-from` a day that is typed. */
export type FilterFocus =
  | "status"
  | "owner"
  | DateField
  | `${DateField}-${"from" | "to"}`
  | "clear"
  | "apply";

export type FilterState = {
  readonly kind: "filter";
  readonly status: KeyFilter["status"];
  readonly owner: KeyFilter["owner"];
  /** Whose keys can be chosen: mine, all, and the current owner. */
  readonly owners: readonly KeyFilter["owner"][];
  readonly focus: FilterFocus;
  /** An invalid day, beside its field. */
  readonly problem: { readonly focus: FilterFocus; readonly text: string } | null;
} & Readonly<Record<DateField, DateDraft>>;

const statuses = ["all", ...keyStatuses] as const;

export function openFilter(filter: KeyFilter): FilterState {
  const draft = (date: DateFilter): DateDraft => ({
    period: date.period,
    from: textField(date.from),
    to: textField(date.to),
  });
  return {
    kind: "filter",
    status: filter.status,
    owner: filter.owner,
    owners: [...new Set<KeyFilter["owner"]>(["me", "all", filter.owner])],
    created: draft(filter.created),
    updated: draft(filter.updated),
    revoked: draft(filter.revoked),
    focus: "status",
    problem: null,
  };
}

/** From top to bottom. Only an admin chooses whose keys; days are typed only for `custom`. */
export function focusRing(state: FilterState, { principal }: Pick<Context, "principal">) {
  const ring: FilterFocus[] = ["status"];
  if (seesEverybody(principal)) ring.push("owner");
  for (const field of dateFields) {
    ring.push(field);
    if (state[field].period === "custom") ring.push(`${field}-from`, `${field}-to`);
  }
  return [...ring, "clear", "apply"] as const;
}

export const filter: Screen<FilterState> = {
  wordFor: (_state, action) => (action === "save" ? "apply" : null),
  press(state, press, context) {
    const day = dayOf(state.focus);
    if (day !== null && press.name !== "enter") {
      const edited = editDay(state, day, press);
      if (edited !== null) return [edited];
    }
    const ring = focusRing(state, context);
    switch (actionFor("filter", press)) {
      case "next":
        return [{ ...state, focus: stepIn(ring, state.focus, 1) }];
      case "previous":
        return [{ ...state, focus: stepIn(ring, state.focus, -1) }];
      case "right":
        return [choose(state, 1)];
      case "left":
        return [choose(state, -1)];
      case "press":
        return state.focus === "clear" ? applied(openFilter(noFilter)) : applied(state);
      case "apply":
        return applied(state);
      case "cancel":
        return [state, [{ command: "close" }]];
      case null:
        return [state];
    }
  },
};

type Day = { readonly field: DateField; readonly end: "from" | "to" };

/** The day that is typed there, if one is. */
export function dayOf(focus: FilterFocus): Day | null {
  for (const field of dateFields) {
    if (focus === `${field}-from`) return { field, end: "from" };
    if (focus === `${field}-to`) return { field, end: "to" };
  }
  return null;
}

function editDay(state: FilterState, { field, end }: Day, press: Press): FilterState | null {
  const edited = editText(state[field][end], press);
  if (edited === null) return null;
  return { ...state, problem: null, [field]: { ...state[field], [end]: edited } };
}

function choose(state: FilterState, by: number): FilterState {
  switch (state.focus) {
    case "status":
      return { ...state, status: stepIn(statuses, state.status, by) };
    case "owner":
      return { ...state, owner: stepIn(state.owners, state.owner, by) };
    case "clear":
    case "apply":
      return { ...state, focus: state.focus === "clear" ? "apply" : "clear" };
    case "created":
    case "updated":
    case "revoked": {
      const draft = state[state.focus];
      return { ...state, [state.focus]: { ...draft, period: stepIn(periods, draft.period, by) } };
    }
    default:
      return state;
  }
}

function applied(state: FilterState): Update<FilterState> {
  const problem = problemOf(state);
  if (problem !== null) return [{ ...state, problem, focus: problem.focus }];
  const plain = ({ period, from, to }: DateDraft): DateFilter =>
    period === "custom"
      ? { period, from: from.text.trim(), to: to.text.trim() }
      : { period, from: "", to: "" };
  const chosen: KeyFilter = {
    status: state.status,
    owner: state.owner,
    created: plain(state.created),
    updated: plain(state.updated),
    revoked: plain(state.revoked),
  };
  return [
    state,
    [
      { command: "close" },
      { command: "send", message: { about: "key-list", query: { filter: chosen } } },
    ],
  ];
}

function problemOf(state: FilterState): FilterState["problem"] {
  for (const field of dateFields) {
    const { period, from, to } = state[field];
    if (period !== "custom") continue;
    for (const [end, text] of [
      ["from", from.text.trim()],
      ["to", to.text.trim()],
    ] as const) {
      if (text !== "" && parseDay(text) === null) {
        return { focus: `${field}-${end}`, text: "Write the day as 2026-11-12." };
      }
    }
    const [first, last] = [parseDay(from.text), parseDay(to.text)];
    if (first === null && last === null) {
      return { focus: `${field}-from`, text: "Give one day or both." };
    }
    if (first !== null && last !== null && last < first) {
      return { focus: `${field}-to`, text: "The last day is before the first." };
    }
  }
  return null;
}
