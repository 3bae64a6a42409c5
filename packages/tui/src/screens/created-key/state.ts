import type { ApiKey } from "@latchkey/client";
import type { FreshKey } from "../../kit/request.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Screen, Command } from "../../kit/screen.ts";

/** The one screen where a token can be seen. It is revealed only to show or copy it. */
export type CreatedKeyState = {
  readonly kind: "created-key";
  readonly fresh: FreshKey;
  /** The key that it replaces, if it was made by rotation. */
  readonly rotated: ApiKey | null;
  readonly shown: boolean;
  readonly wasShown: boolean;
  /** Whether it was copied, and by what, once that is known. */
  readonly sent: boolean;
  readonly sentBy: string | null | undefined;
};

export function openCreatedKey(fresh: FreshKey, rotated: ApiKey | null): CreatedKeyState {
  return {
    kind: "created-key",
    fresh,
    rotated,
    shown: false,
    wasShown: false,
    sent: false,
    sentBy: undefined,
  };
}

/** Whether leaving now would lose the token for good. */
export function isTokenUnseen(state: CreatedKeyState): boolean {
  return !state.wasShown && !state.sent;
}

/** On to the key's page: directly above the root, also after a rotation. */
export function continueTo(key: ApiKey): readonly Command[] {
  return [{ command: "close-to-root" }, { command: "open", route: { to: "key-detail", key } }];
}

export const createdKey: Screen<CreatedKeyState> = {
  wordFor: ({ shown }, action) => (action === "toggle" && shown ? "hide" : null),
  press(state, press) {
    const { key, token } = state.fresh;
    switch (actionFor("created-key", press)) {
      case "toggle":
        return [{ ...state, shown: !state.shown, wasShown: true }];
      case "copy":
        return [{ ...state, sent: true, sentBy: undefined }, [{ command: "copy", text: token }]];
      case "continue":
        if (isTokenUnseen(state)) {
          const route = { to: "leave-token", key, after: "continue", isUnseen: true } as const;
          return [state, [{ command: "open", route }]];
        }
        return [state, continueTo(key)];
      case "help":
        return [state, [{ command: "open", route: { to: "help", about: "created-key" } }]];
      case null:
        return [state];
    }
  },
  copied: (state, by) => ({ ...state, sentBy: by }),
};
