import { type KeySort, keySorts } from "@latchkey/core";
import { actionFor } from "../../kit/keymap.ts";
import type { Screen } from "../../kit/screen.ts";
import type { SortOrder } from "../../kit/query.ts";

export type SortState = {
  readonly kind: "sort";
  readonly sort: KeySort;
  readonly order: SortOrder;
};

export function openSort(sort: KeySort, order: SortOrder): SortState {
  return { kind: "sort", sort, order };
}

export const sort: Screen<SortState> = {
  press(state, press) {
    switch (actionFor("sort", press)) {
      case "up":
        return [step(state, -1)];
      case "down":
        return [step(state, 1)];
      case "order":
        return [{ ...state, order: state.order === "asc" ? "desc" : "asc" }];
      case "press": {
        const query = { sort: state.sort, order: state.order };
        return [
          state,
          [{ command: "close" }, { command: "send", message: { about: "key-list", query } }],
        ];
      }
      case "cancel":
        return [state, [{ command: "close" }]];
      case null:
        return [state];
    }
  },
};

function step(state: SortState, by: number): SortState {
  return { ...state, sort: keySorts[keySorts.indexOf(state.sort) + by] ?? state.sort };
}
