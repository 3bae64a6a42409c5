import type { ApiKey } from "@latchkey/client";
import { closing } from "../../kit/change.ts";
import {
  type Confirm,
  confirm,
  confirmScreen,
  typedSeconds,
  type Unread,
} from "../../kit/confirm.ts";
import { escape } from "../../format/escape.ts";
import { standingOf } from "../../format/status.ts";
import { exact } from "../../format/time.ts";
import type { Screen } from "../../kit/screen.ts";

/** When it ends; `null` cancels a schedule, `typed` is entered beside it. */
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

/** The key has changed. If that removes choices, a hasty Enter must do nothing. */
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

/** In how many seconds it is to end; typed text counts once it is valid. */
export function secondsIn(state: RevokeKeyState, at: Date): number | null | Unread {
  const { inSeconds } = chosenIn(state);
  return inSeconds === "typed" ? typedSeconds(state.confirm, at) : inSeconds;
}

export const revokeKey: Screen<RevokeKeyState> = {
  about: ({ key }) => key,
  action: "revoke",
  keyChanged: (state, key, { now: at }) =>
    state.key.id === key.id ? withKey(state, key, at) : state,
  ...confirmScreen<RevokeKeyState>(
    (state, { now: at }) => {
      const { id } = state.key;
      const inSeconds = secondsIn(state, at);
      if (inSeconds === null) return { ask: { procedure: "keys.cancelRevocation", input: { id } } };
      if (typeof inSeconds === "object") return inSeconds;
      return { ask: { procedure: "keys.revoke", input: { id, inSeconds } } };
    },
    {
      "keys.revoke": (_, key) => closing({ command: "key-changed", key }, outcomeText(key, true)),
      "keys.cancelRevocation": (_, key) =>
        closing({ command: "key-changed", key }, outcomeText(key, false)),
    },
  ),
};

function outcomeText(key: ApiKey, ends: boolean): string {
  const title = escape(key.title);
  if (!ends) return `${title} stays active. Its revocation is canceled.`;
  if (key.status === "revoked") return `${title} is revoked. It works nowhere anymore.`;
  return `${title} works until ${exact(new Date(key.revokedAt ?? key.updatedAt))}.`;
}
