import { actionFor } from "../../kit/keymap.ts";
import type { Screen } from "../../kit/screen.ts";
import type { SortField, SortOrder } from "../../kit/query.ts";

export type SortState = {
  readonly kind: "sort";
  readonly sort: SortField;
  readonly order: SortOrder;
};

export const sortFields = [
  "title",
  "createdAt",
  "updatedAt",
  "revokedAt",
  "expiresAt",
] as const satisfies readonly SortField[];

export function openSort(sort: SortField, order: SortOrder): SortState {
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
  return { ...state, sort: sortFields[sortFields.indexOf(state.sort) + by] ?? state.sort };
}
