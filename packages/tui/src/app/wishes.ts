import type { ApiKey, User } from "@latchkey/server/client";
import type { Turn, Wish } from "../navigation.ts";
import type { RootKind } from "../roots.ts";
import type { Effect } from "./action.ts";
import { type LayerState, openRoot, openRoute, screenOf } from "./layers.ts";
import type { Request } from "./request.ts";
import { contextOf, type Layer, type State, topLayer } from "./state.ts";

// Carries out what a screen wished for: on the stack at once, outside as effects.

export type Step = readonly [state: State, effects: readonly Effect[]];

/** Number of the questions that no screen asks, but the application itself. */
export const APPLICATION = -1;

/** Takes over a layer's turn: its next state, then its wishes in their order. */
export function take(state: State, number: number, [next, wishes = []]: Turn<LayerState>): Step {
  let current = eachLayer(state, (layer) => (layer.number === number ? next : layer.state));
  const effects: Effect[] = [];
  for (const wish of wishes) {
    const [after, more] = grant(current, number, wish);
    current = after;
    effects.push(...more);
  }
  return [current, effects];
}

/** A layer on the stack, or a root that was left. */
export function layerBy(state: State, number: number): Layer | undefined {
  return [...state.layers, ...state.resting].find((layer) => layer.number === number);
}

function grant(state: State, number: number, wish: Wish): Step {
  switch (wish.wish) {
    case "open":
      return put(state, state.layers, openRoute(wish.route, contextOf(state)));
    case "close": {
      const at = state.layers.findIndex((layer) => layer.number === number);
      const from = Math.max(1, at - (wish.alsoBelow ?? 0));
      if (at <= 0) return [state, []];
      return [{ ...state, layers: state.layers.slice(0, from) }, []];
    }
    case "close-to-root":
      return [{ ...state, layers: state.layers.slice(0, 1) }, []];
    case "jump":
      return jump(state, wish.to);
    case "press": {
      const top = topLayer(state);
      const press = { name: wish.name, text: null };
      return take(state, top.number, screenOf(top.state).press(top.state, press, contextOf(state)));
    }
    case "notify":
      return [{ ...state, notice: wish.notice }, []];
    case "ask":
      return [state, [ask(state, number, wish.ask, wish.request)]];
    case "wait": {
      const { milliseconds } = wish;
      return [state, [{ type: "wait", layer: number, milliseconds, number: wish.number }]];
    }
    case "copy":
      return [state, [{ type: "copy", layer: number, text: wish.text, what: wish.what }]];
    case "key-changed":
      return askHead(withKey(state, wish.key));
    case "key-deleted":
      return askHead(withoutKey(state, wish.id));
    case "user-changed":
      return askHead(withUser(state, wish.user));
    case "look-again":
      return askHead(state);
    case "tell":
      return turnEach(state, (layer, context) =>
        screenOf(layer).told?.(layer, wish.message, context),
      );
    case "quit":
      return [state, [{ type: "quit", exitCode: 0 }]];
  }
}

/** To another root. One that was left before is as it was, and reads what happened meanwhile. */
function jump(state: State, to: RootKind): Step {
  const [from] = state.layers;
  const resting = [...(from === undefined ? [] : [from]), ...state.resting];
  const woken = resting.find((layer) => layer.state.kind === to);
  const left = { ...state, resting: resting.filter((layer) => layer !== woken) };
  if (woken === undefined) return put(left, [], openRoot(to, contextOf(state)));
  const there = { ...left, layers: [woken] };
  const turn = screenOf(woken.state).refresh?.(woken.state, contextOf(there));
  return turn === undefined ? [there, []] : take(there, woken.number, turn);
}

/** Lays a new layer onto others. */
function put(state: State, below: readonly Layer[], turn: Turn<LayerState>): Step {
  const number = state.layersSoFar;
  const layers = [...below, { number, state: turn[0] }];
  return take({ ...state, layersSoFar: number + 1, layers }, number, turn);
}

/** Nothing but a root, as on the first day: what earlier layers still hear of is for nobody. */
export function startAt(state: State, root: RootKind): Step {
  return put({ ...state, resting: [] }, [], openRoot(root, contextOf(state)));
}

/** Lets each layer of the stack have a turn, from the lowest up; those with none stay as they are. */
export function turnEach(
  state: State,
  turnOf: (
    layer: LayerState,
    context: ReturnType<typeof contextOf>,
  ) => Turn<LayerState> | undefined,
): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const { number, state: layer } of state.layers) {
    const turn = turnOf(layer, contextOf(current));
    if (turn === undefined) continue;
    const [next, more] = take(current, number, turn);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}

/** Asks whether the log has grown; its answer refreshes what is on the screen. */
export function askHead(state: State): Step {
  const effect = ask(state, APPLICATION, 0, { kind: "head" });
  return [{ ...state, askingHead: true }, [effect]];
}

/** A question as whoever is signed in now. */
export function ask({ session }: State, layer: number, number: number, request: Request): Effect {
  return { type: "ask", layer, ask: number, session, request };
}

function withKey(state: State, key: ApiKey): State {
  return eachLayer(state, ({ state: layer }) => screenOf(layer).keyChanged?.(layer, key) ?? layer);
}

function withUser(state: State, user: User): State {
  const people = { ...state.people, byId: { ...state.people.byId, [user.id]: user } };
  return eachLayer(
    { ...state, people },
    ({ state: layer }) => screenOf(layer).userChanged?.(layer, user) ?? layer,
  );
}

function withoutKey(state: State, id: string): State {
  return eachLayer(state, ({ state: layer }) => screenOf(layer).keyDeleted?.(layer, id) ?? layer);
}

/** Every layer, those of the roots that were left as well. */
function eachLayer(state: State, next: (layer: Layer) => LayerState): State {
  const renew = (layer: Layer): Layer => ({ number: layer.number, state: next(layer) });
  return { ...state, layers: state.layers.map(renew), resting: state.resting.map(renew) };
}
