import type { ApiKey, User } from "@latchkey/client";
import type { Turn, Wish } from "../kit/screen.ts";
import type { RootKind } from "../kit/roots.ts";
import type { Effect } from "./action.ts";
import { type LayerState, openRoot, openRoute, screenOf } from "./layers.ts";
import type { Request } from "../kit/request.ts";
import { contextOf, type Layer, newLayer, type State, topLayer } from "./state.ts";

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
    case "ask": {
      const { ask: asked, request } = wish;
      const asking = (layerBy(state, number)?.asking ?? 0) + 1;
      return [withLayer(state, number, { asking }), [ask(state, number, asked, request)]];
    }
    case "wait": {
      const { milliseconds } = wish;
      return [state, [{ type: "wait", layer: number, milliseconds, number: wish.number }]];
    }
    case "copy":
      return [state, [{ type: "copy", layer: number, text: wish.text, what: wish.what }]];
    case "key-changed":
      return unlessLive(withKey(state, wish.key));
    case "key-deleted":
      return unlessLive(withoutKey(state, wish.id));
    case "user-changed":
      return unlessLive(withUser(state, wish.user));
    case "changed":
      return unlessLive(state);
    case "tell":
      return eachInTurn(state, (current, { number: at, state: layer }) => {
        const turn = screenOf(layer).told?.(layer, wish.message, contextOf(current));
        return turn === undefined ? [current, []] : take(current, at, turn);
      });
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
  return readAgain({ ...left, layers: [woken] }, woken.number);
}

/** Lays a new layer onto others. */
function put(state: State, below: readonly Layer[], turn: Turn<LayerState>): Step {
  const number = state.layersSoFar;
  const layers = [...below, newLayer(number, turn[0])];
  return take({ ...state, layersSoFar: number + 1, layers }, number, turn);
}

/** Nothing but a root, as on the first day: what earlier layers still hear of is for nobody. */
export function startAt(state: State, root: RootKind): Step {
  return put({ ...state, resting: [] }, [], openRoot(root, contextOf(state)));
}

/** The number of a question that is asked for a layer: how the key stands that it is about. */
export const ABOUT = -1;

/**
 * Lets a layer read again what it shows. While it waits for answers they come first: asked for before,
 * they may be old already, but on a slow line they are better than none.
 */
export function readAgain(state: State, number: number): Step {
  const layer = layerBy(state, number);
  if (layer === undefined) return [state, []];
  if (layer.asking > 0 || layer.reading) return [withLayer(state, number, { again: true }), []];
  const next = withLayer(state, number, { again: false });
  const screen = screenOf(layer.state);
  const turn = screen.refresh?.(layer.state, contextOf(next));
  if (turn !== undefined) return take(next, number, turn);
  const key = screen.about?.(layer.state) ?? null;
  if (key === null) return [next, []];
  const request = { kind: "get", id: key.id } as const;
  return [withLayer(next, number, { reading: true }), [ask(state, number, ABOUT, request)]];
}

/** Reads again what the stack shows; of it only the layers that are meant, where that is said. */
export function readEach(state: State, isMeant: (layer: Layer) => boolean = () => true): Step {
  return eachInTurn(state, (current, layer) =>
    isMeant(layer) ? readAgain(current, layer.number) : [current, []],
  );
}

/** Lets each layer of the stack have its step, from the lowest up. */
function eachInTurn(state: State, stepOf: (state: State, layer: Layer) => Step): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const layer of state.layers) {
    const [next, more] = stepOf(current, layer);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}

/** Something was changed from here. Where the log is followed it tells so by itself. */
function unlessLive(state: State): Step {
  return state.link.kind === "live" ? [state, []] : readEach(state);
}

/** A question as whoever is signed in now. */
export function ask({ session }: State, layer: number, number: number, request: Request): Effect {
  return { type: "ask", layer, ask: number, session, request };
}

export function withKey(state: State, key: ApiKey): State {
  const context = contextOf(state);
  return eachLayer(
    state,
    ({ state: layer }) => screenOf(layer).keyChanged?.(layer, key, context) ?? layer,
  );
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
  const renew = (layer: Layer): Layer => ({ ...layer, state: next(layer) });
  return { ...state, layers: state.layers.map(renew), resting: state.resting.map(renew) };
}

/** What the application keeps of one layer. */
export function withLayer(state: State, number: number, change: Partial<Layer>): State {
  const renew = (layer: Layer): Layer =>
    layer.number === number ? { ...layer, ...change } : layer;
  return { ...state, layers: state.layers.map(renew), resting: state.resting.map(renew) };
}
