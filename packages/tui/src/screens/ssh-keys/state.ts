import type { SshKey } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { escape } from "../../format/escape.ts";
import { type Failure, isSignedOut, mayRecover } from "../../format/failure.ts";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, moved } from "../../kit/movement.ts";
import type { Context, Question, Screen, SshKeyOwner, Update } from "../../kit/screen.ts";
import { visibleSshKeys } from "./layout.ts";

export type SshKeysState = {
  readonly kind: "ssh-keys";
  readonly whose: SshKeyOwner;
  /** The oldest first; `null` until they were read. */
  readonly keys: readonly SshKey[] | null;
  readonly selected: number;
  readonly asked: number;
  readonly loading: "no" | "silently" | "visibly";
  readonly failure: Failure | null;
  readonly behind: boolean;
};

export function openSshKeys(whose: SshKeyOwner): Update<SshKeysState> {
  return load({
    kind: "ssh-keys",
    whose,
    keys: null,
    selected: 0,
    asked: 0,
    loading: "no",
    failure: null,
    behind: false,
  });
}

function load(state: SshKeysState, loading: "silently" | "visibly" = "visibly") {
  const asked = state.asked + 1;
  const request = { procedure: "sshKeys.list", input: { userId: state.whose.id } } as const;
  return [
    { ...state, asked, loading },
    [{ command: "ask", ask: asked, request }],
  ] as const satisfies Update<SshKeysState>;
}

function selectedSshKey({ keys, selected }: SshKeysState): SshKey | null {
  return keys?.[selected] ?? null;
}

export const sshKeys: Screen<SshKeysState> = {
  press,
  answer,
  concerns: ({ whose }, news) =>
    news.kind === "event" && news.type.startsWith("ssh_key.") && news.userId === whose.id,
  refresh(state) {
    return load(
      { ...state, failure: isSignedOut(state.failure) ? null : state.failure },
      "silently",
    );
  },
  isBehind: ({ behind, loading }) => behind && loading === "no",
  offers: (state, action) =>
    (action !== "remove" && action !== "copy") || selectedSshKey(state) !== null,
};

function press(state: SshKeysState, pressed: Press, context: Context): Update<SshKeysState> {
  const action = actionFor("ssh-keys", pressed);
  const key = selectedSshKey(state);
  if (isMove(action)) {
    const screen = visibleSshKeys(context.rows);
    return [{ ...state, selected: moved(state.selected, action, state.keys?.length ?? 0, screen) }];
  }
  switch (action) {
    case "new":
      return [state, [{ command: "open", route: { to: "add-ssh-key", whose: state.whose } }]];
    case "remove": {
      if (key === null) return [state];
      const question = removal(key, state.whose);
      return [state, [{ command: "open", route: { to: "question", question } }]];
    }
    case "copy":
      return key === null
        ? [state]
        : [state, [{ command: "copy", text: key.fingerprint, what: "the fingerprint" }]];
    case "refresh":
      return load(state);
    case "back":
      return [state, [{ command: "close" }]];
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "ssh-keys" } }]];
    case null:
      return [state];
  }
}

function removal({ label, fingerprint }: SshKey, { own, email }: SshKeyOwner): Question {
  const who = own ? "you" : escape(email);
  return {
    title: `Remove ${escape(label)}?`,
    text: `${escape(fingerprint)} no longer lets ${who} in over SSH.`,
    action: "Remove SSH key",
    danger: true,
    working: "Removing…",
    request: { procedure: "sshKeys.remove", input: { fingerprint } },
    done: `${escape(label)} is removed.`,
  };
}

function answer(state: SshKeysState, given: Reply): Update<SshKeysState> {
  if (given.procedure !== "sshKeys.list" || given.ask !== state.asked) return [state];
  if (!given.ok) {
    const failure = state.loading === "silently" ? state.failure : given.failure;
    return [{ ...state, loading: "no", failure, behind: mayRecover(given.failure) }];
  }
  const keys = given.value.items;
  const { fingerprint } = selectedSshKey(state) ?? {};
  const at = keys.findIndex((key) => key.fingerprint === fingerprint);
  const selected = at >= 0 ? at : Math.min(state.selected, Math.max(0, keys.length - 1));
  return [{ ...state, keys, selected, loading: "no", failure: null, behind: false }];
}
