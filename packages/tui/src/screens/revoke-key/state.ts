import type { ApiKey } from "@latchkey/server/client";
import type { Request } from "../../app/request.ts";
import { type Confirm, confirm, failConfirm, pressConfirm } from "../../components/confirm.ts";
import { escape } from "../../format/escape.ts";
import { standingOf } from "../../format/status.ts";
import { exact } from "../../format/time.ts";
import type { Screen } from "../../navigation.ts";

/** When it ends; `null` takes a schedule back. */
export type RevokeChoice = { readonly label: string; readonly inSeconds: number | null };

export type RevokeKeyState = {
  readonly kind: "revoke-key";
  readonly key: ApiKey;
  readonly choices: readonly RevokeChoice[];
  readonly confirm: Confirm;
};

const now: RevokeChoice = { label: "now", inSeconds: 0 };
const later: readonly RevokeChoice[] = [
  { label: "in 1 hour", inSeconds: 3_600 },
  { label: "in 24 hours", inSeconds: 86_400 },
  { label: "in 7 days", inSeconds: 604_800 },
];
const never: RevokeChoice = { label: "not at all", inSeconds: null };

export function openRevokeKey(key: ApiKey, at: Date): RevokeKeyState {
  const choices = choicesFor(key, at);
  return { kind: "revoke-key", key, choices, confirm: confirm(choices.length) };
}

function choicesFor(key: ApiKey, at: Date): readonly RevokeChoice[] {
  switch (standingOf(key, at)) {
    case "active":
      return [now, ...later];
    case "scheduled":
      return [now, ...later, never];
    case "expired":
    case "revoked":
      return [now];
  }
}

export function chosenIn(state: RevokeKeyState): RevokeChoice {
  return state.choices[state.confirm.chosen] ?? now;
}

export const revokeKey: Screen<RevokeKeyState> = {
  press(state, press) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    const turned = { ...state, confirm: next };
    switch (outcome) {
      case "stay":
        return [turned];
      case "cancel":
        return [state, [{ wish: "close" }]];
      case "confirm":
        return [turned, [{ wish: "ask", ask: next.asked, request: requestOf(turned) }]];
    }
  },
  answer(state, answer) {
    if (answer.kind !== "revoke" && answer.kind !== "cancel-revocation") return [state];
    if (answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const text = outcomeText(answer.value, answer.kind === "revoke" ? chosenIn(state) : never);
    return [
      state,
      [
        { wish: "close" },
        { wish: "key-changed", key: answer.value },
        { wish: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};

function requestOf(state: RevokeKeyState): Request {
  const { inSeconds } = chosenIn(state);
  const { id } = state.key;
  return inSeconds === null ? { kind: "cancel-revocation", id } : { kind: "revoke", id, inSeconds };
}

function outcomeText(key: ApiKey, { inSeconds }: RevokeChoice): string {
  const title = escape(key.title);
  if (inSeconds === null) return `${title} stays active. Its revocation is canceled.`;
  if (inSeconds === 0) return `${title} is revoked. It works nowhere anymore.`;
  return `${title} works until ${exact(new Date(key.revokedAt ?? key.updatedAt))}.`;
}
