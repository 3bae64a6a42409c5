import type { SshKey } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { escape } from "../../format/escape.ts";
import { actionFor } from "../../kit/keymap.ts";
import { stayOn } from "../../kit/list.ts";
import { isMove, moved } from "../../kit/movement.ts";
import { answered, asking, isBehind, type Remote, unread } from "../../kit/remote.ts";
import type { Context, Question, Screen, SshKeyOwner, Update } from "../../kit/screen.ts";
import { visibleSshKeys } from "./layout.ts";

export type SshKeysState = {
  readonly kind: "ssh-keys";
  readonly whose: SshKeyOwner;
  /** The oldest first. */
  readonly keys: Remote<readonly SshKey[]>;
  readonly selected: number;
};

export function openSshKeys(whose: SshKeyOwner): Update<SshKeysState> {
  return load({ kind: "ssh-keys", whose, keys: unread, selected: 0 });
}

function load(state: SshKeysState, how?: "silently"): Update<SshKeysState> {
  const request = { procedure: "sshKeys.list", input: { userId: state.whose.id } } as const;
  const [keys, ask] = asking(state.keys, request, how);
  return [{ ...state, keys }, [ask]];
}

function selectedSshKey({ keys, selected }: SshKeysState): SshKey | null {
  return keys.known?.[selected] ?? null;
}

export const sshKeys: Screen<SshKeysState> = {
  press,
  answer,
  concerns: ({ whose }, news) =>
    news.kind === "event" && news.type.startsWith("ssh_key.") && news.userId === whose.id,
  refresh: (state) => load(state, "silently"),
  isBehind: ({ keys }) => isBehind(keys),
  offers: (state, action) =>
    (action !== "remove" && action !== "copy") || selectedSshKey(state) !== null,
};

function press(state: SshKeysState, pressed: Press, context: Context): Update<SshKeysState> {
  const action = actionFor("ssh-keys", pressed);
  const key = selectedSshKey(state);
  if (isMove(action)) {
    const screen = visibleSshKeys(context.rows);
    return [
      { ...state, selected: moved(state.selected, action, state.keys.known?.length ?? 0, screen) },
    ];
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

function answer(state: SshKeysState, reply: Reply): Update<SshKeysState> {
  if (reply.procedure !== "sshKeys.list") return [state];
  const keys = answered(state.keys, reply, ({ items }) => items);
  const [before, after] = [state.keys.known ?? [], keys.known ?? []];
  const selected = stayOn(state.selected, before, after, ({ fingerprint }) => fingerprint);
  return [{ ...state, keys, selected }];
}
