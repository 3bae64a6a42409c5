import type { ApiKey, User } from "@latchkey/client";
import type { Update, Command } from "../kit/screen.ts";
import type { RootKind } from "../kit/roots.ts";
import type { Effect } from "./message.ts";
import { type LayerState, openRoot, openRoute, screenOf } from "./layers.ts";
import type { Request } from "../kit/request.ts";
import { contextOf, type Layer, newLayer, type State, topLayer } from "./state.ts";

// Runs a screen's commands: on the stack at once, outside as effects.

export type AppUpdate = readonly [state: State, effects: readonly Effect[]];

/** The layer number of requests by the application itself. */
export const APPLICATION = -1;

/** Applies a layer's update: its next state, then its commands in order. */
export function take(
  state: State,
  number: number,
  [next, commands = []]: Update<LayerState>,
): AppUpdate {
  let current = eachLayer(state, (layer) => (layer.number === number ? next : layer.state));
  const effects: Effect[] = [];
  for (const command of commands) {
    const [after, more] = run(current, number, command);
    current = after;
    effects.push(...more);
  }
  return [current, effects];
}

/** A layer on the stack, or a root that was left. */
export function layerBy(state: State, number: number): Layer | undefined {
  return [...state.layers, ...state.resting].find((layer) => layer.number === number);
}

function run(state: State, number: number, command: Command): AppUpdate {
  switch (command.command) {
    case "open":
      return put(state, state.layers, openRoute(command.route, contextOf(state)));
    case "close": {
      const at = state.layers.findIndex((layer) => layer.number === number);
      const from = Math.max(1, at - (command.alsoBelow ?? 0));
      if (at <= 0) return [state, []];
      return [{ ...state, layers: state.layers.slice(0, from) }, []];
    }
    case "close-to-root":
      return [{ ...state, layers: state.layers.slice(0, 1) }, []];
    case "jump":
      return jump(state, command.to);
    case "press": {
      const top = topLayer(state);
      const press = { name: command.name, text: null };
      return take(state, top.number, screenOf(top.state).press(top.state, press, contextOf(state)));
    }
    case "notify":
      return [{ ...state, notice: command.notice }, []];
    case "ask": {
      const { ask: asked, request } = command;
      const asking = (layerBy(state, number)?.asking ?? 0) + 1;
      return [withLayer(state, number, { asking }), [ask(state, number, asked, request)]];
    }
    case "wait": {
      const { milliseconds } = command;
      return [state, [{ type: "wait", layer: number, milliseconds, number: command.number }]];
    }
    case "copy":
      return [state, [{ type: "copy", layer: number, text: command.text, what: command.what }]];
    case "key-changed":
      return unlessLive(withKey(state, command.key));
    case "key-deleted":
      return unlessLive(withoutKey(state, command.id));
    case "user-changed":
      return unlessLive(withUser(state, command.user));
    case "changed":
      return unlessLive(state);
    case "send":
      return eachInTurn(state, (current, { number: at, state: layer }) => {
        const update = screenOf(layer).receive?.(layer, command.message, contextOf(current));
        return update === undefined ? [current, []] : take(current, at, update);
      });
    case "quit":
      return [state, [{ type: "quit", exitCode: 0 }]];
  }
}

/** Jumps to another root. One that was left before is as it was, and reads again. */
function jump(state: State, to: RootKind): AppUpdate {
  const [from] = state.layers;
  const resting = [...(from === undefined ? [] : [from]), ...state.resting];
  const woken = resting.find((layer) => layer.state.kind === to);
  const left = { ...state, resting: resting.filter((layer) => layer !== woken) };
  if (woken === undefined) return put(left, [], openRoot(to, contextOf(state)));
  return readAgain({ ...left, layers: [woken] }, woken.number);
}

/** Puts a new layer on top of others. */
function put(state: State, below: readonly Layer[], update: Update<LayerState>): AppUpdate {
  const number = state.layersSoFar;
  const layers = [...below, newLayer(number, update[0])];
  return take({ ...state, layersSoFar: number + 1, layers }, number, update);
}

/** Only a root, as at the start: answers to earlier layers are dropped. */
export function startAt(state: State, root: RootKind): AppUpdate {
  return put({ ...state, resting: [] }, [], openRoot(root, contextOf(state)));
}

/** The number of a layer's request for the key that it is about. */
export const ABOUT = -1;

/**
 * Lets a layer read again what it shows. While it waits for answers those come first: they may be stale, but on a
 * slow line they are better than none.
 */
export function readAgain(state: State, number: number): AppUpdate {
  const layer = layerBy(state, number);
  if (layer === undefined) return [state, []];
  if (layer.asking > 0 || layer.reading) return [withLayer(state, number, { again: true }), []];
  const next = withLayer(state, number, { again: false });
  const screen = screenOf(layer.state);
  const update = screen.refresh?.(layer.state, contextOf(next));
  if (update !== undefined) return take(next, number, update);
  const key = screen.about?.(layer.state) ?? null;
  if (key === null) return [next, []];
  const request = { procedure: "keys.get", input: { id: key.id } } as const;
  return [withLayer(next, number, { reading: true }), [ask(state, number, ABOUT, request)]];
}

/** Reads again what the stack shows; only the given layers, if there is a filter. */
export function readEach(state: State, isMeant: (layer: Layer) => boolean = () => true): AppUpdate {
  return eachInTurn(state, (current, layer) =>
    isMeant(layer) ? readAgain(current, layer.number) : [current, []],
  );
}

/** Updates each layer of the stack, from the lowest up. */
function eachInTurn(state: State, stepOf: (state: State, layer: Layer) => AppUpdate): AppUpdate {
  let current = state;
  const effects: Effect[] = [];
  for (const layer of state.layers) {
    const [next, more] = stepOf(current, layer);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}

/** Something was changed from here. If the log is followed, its event arrives anyway. */
function unlessLive(state: State): AppUpdate {
  return state.link.kind === "live" ? [state, []] : readEach(state);
}

/** A request as the user who is signed in now. */
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

/** Every layer, including the roots that were left. */
function eachLayer(state: State, next: (layer: Layer) => LayerState): State {
  const renew = (layer: Layer): Layer => ({ ...layer, state: next(layer) });
  return { ...state, layers: state.layers.map(renew), resting: state.resting.map(renew) };
}

/** Changes what the application keeps of one layer. */
export function withLayer(state: State, number: number, change: Partial<Layer>): State {
  const renew = (layer: Layer): Layer =>
    layer.number === number ? { ...layer, ...change } : layer;
  return { ...state, layers: state.layers.map(renew), resting: state.resting.map(renew) };
}
