import type { ApiKey } from "@latchkey/client";
import { type Confirm, confirm, confirmScreen } from "../../kit/confirm.ts";
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
  ...confirmScreen<DeleteKeyState>(
    ({ key }) => ({ ask: { procedure: "keys.delete", input: { id: key.id } } }),
    {
      "keys.delete"({ key }) {
        const text = `${escape(key.title)} is deleted. Its history stays in the log.`;
        return [
          { command: "close-to-root" },
          { command: "key-deleted", id: key.id },
          { command: "notify", notice: { tone: "info", text } },
        ];
      },
    },
  ),
};
