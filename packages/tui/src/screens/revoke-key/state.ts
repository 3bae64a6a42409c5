import type { ApiKey } from "@latchkey/client";
import type { Request } from "../../kit/request.ts";
import {
  type Confirm,
  confirm,
  failConfirm,
  pressConfirm,
  refuseOther,
} from "../../kit/confirm.ts";
import { parseAhead, secondsUntil } from "../../format/ahead.ts";
import { escape } from "../../format/escape.ts";
import { standingOf } from "../../format/status.ts";
import { exact } from "../../format/time.ts";
import type { Screen } from "../../kit/screen.ts";

/** When it ends; `null` takes a schedule back, `typed` is said beside. */
type RevokeChoice = { readonly label: string; readonly inSeconds: number | null | "typed" };

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
const other: RevokeChoice = { label: "other…", inSeconds: "typed" };

export function openRevokeKey(key: ApiKey, at: Date): RevokeKeyState {
  const choices = choicesFor(key, at);
  return {
    kind: "revoke-key",
    key,
    choices,
    confirm: confirm(choices.length, 0, { other: choices.length > 1 }),
  };
}

function choicesFor(key: ApiKey, at: Date): readonly RevokeChoice[] {
  switch (standingOf(key, at)) {
    case "active":
      return [now, ...later, other];
    case "scheduled":
      return [now, ...later, never, other];
    case "expired":
    case "revoked":
      return [now];
  }
}

/** The key stands otherwise than it did. Where that takes choices away, a hasty Enter must do nothing. */
function withKey(state: RevokeKeyState, key: ApiKey, at: Date): RevokeKeyState {
  const choices = choicesFor(key, at);
  const labels = (some: readonly RevokeChoice[]): string => some.map(({ label }) => label).join();
  if (labels(choices) === labels(state.choices)) return { ...state, key };
  const { label } = chosenIn(state);
  const chosen = Math.max(
    0,
    choices.findIndex((choice) => choice.label === label),
  );
  const { other, asked, working } = state.confirm;
  const fresh = confirm(choices.length, chosen, { other: choices.length > 1 });
  const kept = fresh.other === null ? null : (other ?? fresh.other);
  return { ...state, key, choices, confirm: { ...fresh, other: kept, asked, working } };
}

function chosenIn(state: RevokeKeyState): RevokeChoice {
  return state.choices[state.confirm.chosen] ?? now;
}

/** In how many seconds it is to end; what is typed counts once it can be read. */
export function secondsIn(state: RevokeKeyState, at: Date): number | null | "unread" {
  const { inSeconds } = chosenIn(state);
  if (inSeconds !== "typed") return inSeconds;
  const typed = parseAhead(state.confirm.other?.text ?? "", at);
  return "at" in typed ? secondsUntil(typed.at, at) : "unread";
}

export const revokeKey: Screen<RevokeKeyState> = {
  about: ({ key }) => key,
  action: "revoke",
  keyChanged: (state, key, { now: at }) =>
    state.key.id === key.id ? withKey(state, key, at) : state,
  press(state, press, context) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    const updated = { ...state, confirm: next };
    switch (outcome) {
      case "stay":
        return [updated];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm": {
        const inSeconds = secondsIn(updated, context.now);
        if (inSeconds === "unread") {
          const typed = parseAhead(next.other?.text ?? "", context.now);
          const problem = "problem" in typed ? typed.problem : "";
          return [{ ...state, confirm: refuseOther(next, problem) }];
        }
        const request = requestOf(updated, inSeconds);
        return [updated, [{ command: "ask", ask: next.asked, request }]];
      }
    }
  },
  answer(state, answer) {
    if (answer.kind !== "revoke" && answer.kind !== "cancel-revocation") return [state];
    if (answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const text = outcomeText(answer.value, answer.kind === "revoke");
    return [
      state,
      [
        { command: "close" },
        { command: "key-changed", key: answer.value },
        { command: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};

function requestOf({ key: { id } }: RevokeKeyState, inSeconds: number | null): Request {
  return inSeconds === null ? { kind: "cancel-revocation", id } : { kind: "revoke", id, inSeconds };
}

function outcomeText(key: ApiKey, ends: boolean): string {
  const title = escape(key.title);
  if (!ends) return `${title} stays active. Its revocation is canceled.`;
  if (key.status === "revoked") return `${title} is revoked. It works nowhere anymore.`;
  return `${title} works until ${exact(new Date(key.revokedAt ?? key.updatedAt))}.`;
}
