import type { ApiKey } from "@latchkey/client";
import { type Confirm, confirm, failConfirm, pressConfirm } from "../../kit/confirm.ts";
import { escape } from "../../format/escape.ts";
import type { Screen } from "../../kit/screen.ts";

export type DeleteKeyState = {
  readonly kind: "delete-key";
  readonly key: ApiKey;
  readonly confirm: Confirm;
};

export function openDeleteKey(key: ApiKey): DeleteKeyState {
  return { kind: "delete-key", key, confirm: confirm() };
}

export const deleteKey: Screen<DeleteKeyState> = {
  about: ({ key }) => key,
  action: "delete",
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
  press(state, press) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    switch (outcome) {
      case "stay":
        return [{ ...state, confirm: next }];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm": {
        const request = { kind: "delete", id: state.key.id } as const;
        return [{ ...state, confirm: next }, [{ command: "ask", ask: next.asked, request }]];
      }
    }
  },
  answer(state, answer) {
    if (answer.kind !== "delete" || answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const text = `${escape(state.key.title)} is deleted. Its history stays in the log.`;
    return [
      state,
      [
        { command: "close-to-root" },
        { command: "key-deleted", id: state.key.id },
        { command: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};
