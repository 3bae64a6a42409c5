import { commandFor, everywhere } from "../keymap.ts";
import type { Notice } from "../navigation.ts";
import { isTokenUnseen } from "../screens/created-key/state.ts";
import { load } from "../screens/key-list/state.ts";
import type { Action, Effect } from "./action.ts";
import type { Press } from "./input.ts";
import { type LayerState, screenOf } from "./layers.ts";
import type { Answer } from "./request.ts";
import { contextOf, LIST_LAYER, type State, topLayer } from "./state.ts";
import { APPLICATION, askHead, listOf, type Step, take } from "./wishes.ts";

const UNAVAILABLE_EXIT_CODE = 3;

/** The whole application in one pure step. */
export function reduce(state: State, action: Action): Step {
  switch (action.type) {
    case "pressed":
      return pressed(state, action.press);
    case "answered":
      return action.layer === APPLICATION
        ? applicationAnswered(state, action.answer)
        : layerAnswered(state, action.layer, action.answer);
    case "elapsed": {
      const layer = state.layers.find(({ number }) => number === action.layer);
      if (layer === undefined) return [state, []];
      const turn = screenOf(layer.state).elapsed?.(layer.state, action.number, contextOf(state));
      return turn === undefined ? [state, []] : take(state, layer.number, turn);
    }
    case "connected": {
      const { place, status } = action;
      const open: State = { ...state, phase: { kind: "open" }, place, connection: status };
      const [loading, effects] = take(open, LIST_LAYER, load(listOf(open), contextOf(open)));
      const [asking, head] = askHead(loading);
      return [asking, [askWhoami, ...effects, ...head]];
    }
    case "connect-failed":
      return [{ ...state, phase: { kind: "failed", message: action.message } }, []];
    case "status-changed": {
      const next = { ...state, connection: action.status };
      return action.status.kind === "live" && state.phase.kind === "open"
        ? caughtUp(next)
        : [next, []];
    }
    case "resized":
      return [{ ...state, columns: action.columns, rows: action.rows }, []];
    case "beat":
      return state.phase.kind === "open" && !state.askingHead ? beat(state) : [state, []];
    case "notified":
      return [{ ...state, notice: action.notice }, []];
  }
}

const askWhoami: Effect = { type: "ask", layer: APPLICATION, ask: 0, request: { kind: "whoami" } };

function beat(state: State): Step {
  const [next, effects] = askHead(state);
  return [next, state.principal === null ? [askWhoami, ...effects] : effects];
}

function pressed(state: State, press: Press): Step {
  const command = everywhere.find(({ keys }) => keys.some((key) => key === press.name))?.command;
  if (command === "suspend") return [state, [{ type: "suspend" }]];
  if (command === "quit") return quit(state);
  switch (state.phase.kind) {
    case "opening":
      return press.name === "q" ? [state, [{ type: "quit", exitCode: 0 }]] : [state, []];
    case "failed":
      return pressedWhenFailed(state, press);
    case "open": {
      const { number, state: layer } = topLayer(state);
      const cleared = { ...state, notice: null };
      return take(cleared, number, screenOf(layer).press(layer, press, contextOf(state)));
    }
  }
}

function pressedWhenFailed(state: State, press: Press): Step {
  switch (commandFor("failed", press)) {
    case "retry":
      return [{ ...state, phase: { kind: "opening" } }, [{ type: "connect" }]];
    case "quit":
      return [state, [{ type: "quit", exitCode: UNAVAILABLE_EXIT_CODE }]];
    case null:
      return [state, []];
  }
}

const UNDER_WAY: Notice = {
  tone: "error",
  text: "A new token is on its way and would be lost. Ctrl-C again quits.",
};

/** At once, but never over a token that nobody has seen yet. A second Ctrl-C means it. */
function quit(state: State): Step {
  const making = state.layers.some(({ state: layer }) => isMakingToken(layer));
  if (making && state.notice !== UNDER_WAY) return [{ ...state, notice: UNDER_WAY }, []];
  const created = state.layers.findLast(({ state: layer }) => layer.kind === "created-key");
  const asked = state.layers.some(({ state: layer }) => layer.kind === "leave-token");
  if (created?.state.kind === "created-key" && isTokenUnseen(created.state) && !asked) {
    const { key } = created.state.fresh;
    const route = { to: "leave-token", key, after: "quit" } as const;
    return take(state, created.number, [created.state, [{ wish: "open", route }]]);
  }
  return [state, [{ type: "quit", exitCode: 0 }]];
}

function isMakingToken(layer: LayerState): boolean {
  if (layer.kind === "create-key") return layer.form.working;
  return layer.kind === "rotate-key" && layer.confirm.working;
}

function layerAnswered(state: State, number: number, answer: Answer): Step {
  const layer = state.layers.find((candidate) => candidate.number === number);
  if (layer === undefined) return [state, []];
  const turn = screenOf(layer.state).answer?.(layer.state, answer, contextOf(state));
  return turn === undefined ? [state, []] : take(state, number, turn);
}

function applicationAnswered(state: State, answer: Answer): Step {
  if (answer.kind === "whoami") {
    return [answer.ok ? { ...state, principal: answer.value } : state, []];
  }
  if (answer.kind !== "head") return [state, []];
  const idle = { ...state, askingHead: false };
  if (!answer.ok || answer.value === state.headSeq) return [idle, []];
  const heard = { ...idle, headSeq: answer.value };
  return state.headSeq === null ? [heard, []] : refreshed(heard);
}

/** Back after a break: nothing is known of what happened meanwhile. */
function caughtUp(state: State): Step {
  const [refreshedState, effects] = refreshed(state);
  return [refreshedState, state.principal === null ? [askWhoami, ...effects] : effects];
}

/** Loads again whatever is on the screen or will be after a step back. */
function refreshed(state: State): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const { number, state: layer } of state.layers) {
    const turn = screenOf(layer).refresh?.(layer, contextOf(current));
    if (turn === undefined) continue;
    const [next, more] = take(current, number, turn);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}
