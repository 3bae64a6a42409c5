import type { ApiKey } from "@latchkey/client";
import {
  type Confirm,
  confirm,
  confirmScreen,
  typedSeconds,
  type Unread,
} from "../../kit/confirm.ts";
import type { Screen } from "../../kit/screen.ts";

export type RotateKeyState = {
  readonly kind: "rotate-key";
  readonly key: ApiKey;
  readonly confirm: Confirm;
};

/** How long the old token keeps working beside the new one. */
const graces = [
  { label: "ends now", graceSeconds: 0 },
  { label: "1 hour", graceSeconds: 3_600 },
  { label: "24 hours", graceSeconds: 86_400 },
  { label: "7 days", graceSeconds: 604_800 },
  { label: "other…", graceSeconds: "typed" },
] as const;

export const graceLabels = graces.map(({ label }) => label);

/** Time to deploy the new token where the old one is used. */
const USUAL_GRACE = 2;

export function openRotateKey(key: ApiKey): RotateKeyState {
  return { kind: "rotate-key", key, confirm: confirm(graces.length, USUAL_GRACE, { other: true }) };
}

/** For how many seconds; typed text counts once it is valid. */
export function graceIn({ confirm }: RotateKeyState, now: Date): number | Unread {
  const graceSeconds = graces[confirm.chosen]?.graceSeconds ?? 0;
  return graceSeconds === "typed" ? typedSeconds(confirm, now) : graceSeconds;
}

export const rotateKey: Screen<RotateKeyState> = {
  about: ({ key }) => key,
  action: "rotate",
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
  ...confirmScreen<RotateKeyState>(
    (state, { now }) => {
      const graceSeconds = graceIn(state, now);
      if (typeof graceSeconds === "object") return graceSeconds;
      return { ask: { procedure: "keys.rotate", input: { id: state.key.id, graceSeconds } } };
    },
    {
      "keys.rotate": (_, { key, token, previous }) => [
        { command: "close" },
        { command: "key-changed", key: previous },
        { command: "open", route: { to: "created-key", fresh: { key, token }, rotated: previous } },
      ],
    },
  ),
};
