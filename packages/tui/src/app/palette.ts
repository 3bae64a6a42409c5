import { bindingsOf, keyName, keyOf } from "../kit/keymap.ts";
import { rootsFor } from "../kit/roots.ts";
import type { PaletteItem } from "../kit/palette-item.ts";
import { keyContextOf, type LayerState, screenOf } from "./layers.ts";
import { contextOf, type State, topLayer } from "./state.ts";
import { type AppUpdate, take } from "./commands.ts";

/** Opens the palette above a page, with its commands and the roots. */
export function openedPalette(state: State): AppUpdate {
  const { number, state: layer } = topLayer(state);
  const items = [...commandsOf(state, layer), ...screens(state)];
  // Keys that are already listed can be found before the server answers.
  const keys = [...state.layers, ...state.resting].flatMap(({ state: known }) =>
    known.kind === "key-list" ? (known.page.known?.items ?? []) : [],
  );
  const route = { to: "palette", items, keys } as const;
  return take({ ...state, notice: null }, number, [layer, [{ command: "open", route }]]);
}

function commandsOf(state: State, layer: LayerState): PaletteItem[] {
  const context = contextOf(state);
  return bindingsOf(keyContextOf(layer)).flatMap(({ action, keys, help, moves, everywhere }) => {
    const offered = screenOf(layer).offers?.(layer, action, context) ?? true;
    const [press] = keys;
    if (!offered || moves === true || everywhere === true || press === undefined) return [];
    return [{ kind: "command", label: help, key: keyName(press), press }];
  });
}

function screens({ principal }: State): PaletteItem[] {
  return rootsFor(principal).map(({ kind, title }) => ({
    kind: "screen",
    label: title,
    key: `${keyName(",")} ${keyOf("jump", kind)}`,
    to: kind,
  }));
}
