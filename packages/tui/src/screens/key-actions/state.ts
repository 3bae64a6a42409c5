import type { ApiKey } from "@latchkey/client";
import { keyCommands, refusalOf } from "../../kit/key-command.ts";
import { wishesFor } from "../../kit/key-actions.ts";
import { commandFor } from "../../kit/keymap.ts";
import type { Screen, Turn } from "../../kit/screen.ts";

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
  // Its title can be changed however it stands: only a key that is gone leaves nothing to do.
  deed: "edit",
  press(state, press, context) {
    const command = commandFor("key-actions", press);
    switch (command) {
      case "up":
      case "down":
        return move(state, command === "up" ? -1 : 1, context.now);
      case "press":
        return run(keyCommands[state.selected] ?? "edit");
      case "close":
        return [state, [{ wish: "close" }]];
      case null:
        return [state];
      default:
        return run(command);
    }
    function run(chosen: (typeof keyCommands)[number]): Turn<KeyActionsState> {
      return [state, [{ wish: "close" }, ...wishesFor(chosen, state.key, context)]];
    }
  },
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
};

/** What isn't possible is stepped over. */
function move(state: KeyActionsState, by: number, now: Date): Turn<KeyActionsState> {
  let selected = state.selected + by;
  while (keyCommands[selected] !== undefined) {
    if (refusalOf(keyCommands[selected] ?? "edit", state.key, now) === null) {
      return [{ ...state, selected }];
    }
    selected += by;
  }
  return [state];
}
