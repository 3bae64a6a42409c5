import type { Notice } from "../kit/screen.ts";
import { isTokenUnseen } from "../screens/created-key/state.ts";
import type { LayerState } from "./layers.ts";
import type { State } from "./state.ts";
import { type AppUpdate, take } from "./commands.ts";

const UNDER_WAY: Notice = {
  tone: "error",
  text: "A new token is on its way and would be lost. Ctrl-C again quits.",
};
const UNSEEN: Notice = {
  tone: "error",
  text: "A new token was not seen yet and would be lost. Again quits.",
};

const SEEN: Notice = { tone: "error", text: "A new token can't be shown again. Again quits." };

/** At once, but not while a new token is shown that can't be shown again. A second Ctrl-C quits anyway. */
export function quit(state: State): AppUpdate {
  const making = state.layers.some(({ state: layer }) => isMakingToken(layer));
  if (making && state.notice !== UNDER_WAY) return [{ ...state, notice: UNDER_WAY }, []];
  const created = state.layers.findLast(({ state: layer }) => layer.kind === "created-key");
  const asked = state.layers.some(({ state: layer }) => layer.kind === "leave-token");
  if (created?.state.kind === "created-key" && !asked) {
    const isUnseen = isTokenUnseen(created.state);
    if (state.signingIn !== null) {
      // A question below the sign-in form would get no keys.
      const notice = isUnseen ? UNSEEN : SEEN;
      if (state.notice !== notice) return [{ ...state, notice }, []];
      return [state, [{ type: "quit", exitCode: 0 }]];
    }
    const { key } = created.state.fresh;
    const route = { to: "leave-token", key, after: "quit", isUnseen } as const;
    return take(state, created.number, [created.state, [{ command: "open", route }]]);
  }
  return [state, [{ type: "quit", exitCode: 0 }]];
}

function isMakingToken(layer: LayerState): boolean {
  if (layer.kind === "create-key") return layer.form.working;
  return layer.kind === "rotate-key" && layer.confirm.working;
}
