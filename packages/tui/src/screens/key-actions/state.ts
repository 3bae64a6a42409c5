import type { ApiKey } from "@latchkey/client";
import { allKeyActions, refusalOf } from "../../kit/key-action.ts";
import { commandsFor } from "../../kit/key-commands.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Screen, Update } from "../../kit/screen.ts";

export type KeyActionsState = {
  readonly kind: "key-actions";
  readonly key: ApiKey;
  readonly selected: number;
};

export function openKeyActions(key: ApiKey): KeyActionsState {
  return { kind: "key-actions", key, selected: 0 };
}

export const keyActions: Screen<KeyActionsState> = {
  about: ({ key }) => key,
  // Its title can be changed in any state: only a key that is gone leaves nothing to do.
  action: "edit",
  press(state, press, context) {
    const action = actionFor("key-actions", press);
    switch (action) {
      case "up":
      case "down":
        return move(state, action === "up" ? -1 : 1, context.now);
      case "press":
        return run(allKeyActions[state.selected] ?? "edit");
      case "close":
        return [state, [{ command: "close" }]];
      case null:
        return [state];
      default:
        return run(action);
    }
    function run(chosen: (typeof allKeyActions)[number]): Update<KeyActionsState> {
      return [state, [{ command: "close" }, ...commandsFor(chosen, state.key, context)]];
    }
  },
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
};

/** What isn't possible is skipped. */
function move(state: KeyActionsState, by: number, now: Date): Update<KeyActionsState> {
  let selected = state.selected + by;
  while (allKeyActions[selected] !== undefined) {
    if (refusalOf(allKeyActions[selected] ?? "edit", state.key, now) === null) {
      return [{ ...state, selected }];
    }
    selected += by;
  }
  return [state];
}
