import type { ApiKey } from "@latchkey/server/client";
import type { Turn, Wish } from "../navigation.ts";
import { type KeyListState, listLike } from "../screens/key-list/state.ts";
import type { Effect } from "./action.ts";
import { type LayerState, openRoute, screenOf } from "./layers.ts";
import type { Request } from "./request.ts";
import { contextOf, LIST_LAYER, type State } from "./state.ts";

// Carries out what a screen wished for: on the stack at once, outside as effects.

export type Step = readonly [state: State, effects: readonly Effect[]];

/** Number of the questions that no screen asks, but the application itself. */
export const APPLICATION = -1;

/** Takes over a layer's turn: its next state, then its wishes in their order. */
export function take(state: State, number: number, [next, wishes = []]: Turn<LayerState>): Step {
  const layers = state.layers.map((layer) =>
    layer.number === number ? { number, state: next } : layer,
  );
  let current: State = { ...state, layers };
  const effects: Effect[] = [];
  for (const wish of wishes) {
    const [after, more] = grant(current, number, wish);
    current = after;
    effects.push(...more);
  }
  return [current, effects];
}

function grant(state: State, number: number, wish: Wish): Step {
  switch (wish.wish) {
    case "open": {
      const opened = state.layersSoFar;
      const [layer, wishes] = openRoute(wish.route, contextOf(state));
      const grown = {
        ...state,
        layersSoFar: opened + 1,
        layers: [...state.layers, { number: opened, state: layer }],
      };
      return take(grown, opened, [layer, wishes ?? []]);
    }
    case "close": {
      const at = state.layers.findIndex((layer) => layer.number === number);
      const from = Math.max(1, at - (wish.alsoBelow ?? 0));
      if (at <= 0) return [state, []];
      return [{ ...state, layers: state.layers.slice(0, from) }, []];
    }
    case "close-to-list":
      return [{ ...state, layers: state.layers.slice(0, 1) }, []];
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
    case "list-like": {
      const turn = listLike(listOf(state), wish.query, contextOf(state));
      return take(state, LIST_LAYER, turn);
    }
    case "quit":
      return [state, [{ type: "quit", exitCode: 0 }]];
  }
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

export function listOf(state: State): KeyListState {
  return state.layers[0]?.state as KeyListState;
}

function withKey(state: State, key: ApiKey): State {
  const layers = state.layers.map((layer) => ({
    ...layer,
    state: screenOf(layer.state).keyChanged?.(layer.state, key) ?? layer.state,
  }));
  return { ...state, layers };
}

function withoutKey(state: State, id: string): State {
  const list = listOf(state);
  if (list.page === null) return state;
  const items = list.page.items.filter((key) => key.id !== id);
  if (items.length === list.page.items.length) return state;
  const page = { ...list.page, items, total: Math.max(0, list.page.total - 1) };
  const selected = Math.min(list.selected, Math.max(0, items.length - 1));
  const [, ...above] = state.layers;
  return {
    ...state,
    layers: [{ number: LIST_LAYER, state: { ...list, page, selected } }, ...above],
  };
}
