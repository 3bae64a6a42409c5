import type { ApiKey } from "@latchkey/client";
import {
  type Confirm,
  confirm,
  failConfirm,
  pressConfirm,
  refuseOther,
} from "../../kit/confirm.ts";
import { parseAhead, secondsUntil } from "../../format/ahead.ts";
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

/** Time to carry the new token to where the old one is used. */
const USUAL_GRACE = 2;

export function openRotateKey(key: ApiKey): RotateKeyState {
  return { kind: "rotate-key", key, confirm: confirm(graces.length, USUAL_GRACE, { other: true }) };
}

/** For how many seconds; what is typed counts once it can be read. */
export function graceIn(
  { confirm: { chosen, other } }: RotateKeyState,
  now: Date,
): number | "unread" {
  const graceSeconds = graces[chosen]?.graceSeconds ?? 0;
  if (graceSeconds !== "typed") return graceSeconds;
  const typed = parseAhead(other?.text ?? "", now);
  return "at" in typed ? secondsUntil(typed.at, now) : "unread";
}

export const rotateKey: Screen<RotateKeyState> = {
  about: ({ key }) => key,
  action: "rotate",
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
  press(state, press, { now }) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    switch (outcome) {
      case "stay":
        return [{ ...state, confirm: next }];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm": {
        const graceSeconds = graceIn({ ...state, confirm: next }, now);
        if (graceSeconds === "unread") {
          const typed = parseAhead(next.other?.text ?? "", now);
          const problem = "problem" in typed ? typed.problem : "";
          return [{ ...state, confirm: refuseOther(next, problem) }];
        }
        const request = { kind: "rotate", id: state.key.id, graceSeconds } as const;
        return [{ ...state, confirm: next }, [{ command: "ask", ask: next.asked, request }]];
      }
    }
  },
  answer(state, answer) {
    if (answer.kind !== "rotate" || answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const { key, token, previous } = answer.value;
    return [
      state,
      [
        { command: "close" },
        { command: "key-changed", key: previous },
        { command: "open", route: { to: "created-key", fresh: { key, token }, rotated: previous } },
      ],
    ];
  },
};
