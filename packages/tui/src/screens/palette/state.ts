import type { ApiKey } from "@latchkey/client";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Screen, Update } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import { itemsFor, type PaletteItem } from "../../kit/palette-item.ts";

const SEARCH_DELAY_MILLISECONDS = 180;
const KEYS_ASKED_FOR = 20;

export type PaletteState = {
  readonly kind: "palette";
  readonly text: TextField;
  /** The commands of the page below, then the screens. */
  readonly items: readonly PaletteItem[];
  /** Those that are known already, and those that the server found. */
  readonly keys: readonly ApiKey[];
  readonly selected: number;
  readonly typed: number;
  readonly asked: number;
};

export function openPalette(items: readonly PaletteItem[], keys: readonly ApiKey[]): PaletteState {
  return { kind: "palette", text: textField(), items, keys, selected: 0, typed: 0, asked: 0 };
}

export function foundItems(state: PaletteState): readonly PaletteItem[] {
  return itemsFor(state.text.text, state);
}

export const palette: Screen<PaletteState> = {
  press(state, press) {
    if (press.name !== "enter") {
      const text = editText(state.text, press);
      if (text !== null) return edited(state, text);
    }
    const found = foundItems(state);
    switch (actionFor("palette", press)) {
      case "up":
        return [{ ...state, selected: Math.max(0, state.selected - 1) }];
      case "down":
        return [{ ...state, selected: Math.min(found.length - 1, state.selected + 1) }];
      case "press":
        return chosen(state, found[state.selected]);
      case "close":
        return [state, [{ command: "close" }]];
      case null:
        return [state];
    }
  },
  elapsed(state, number, { principal }) {
    const search = state.text.text.trim();
    if (number !== state.typed || search === "") return [state];
    const asked = state.asked + 1;
    const owner = seesEverybody(principal) ? "all" : "me";
    const input = { search, owner, limit: KEYS_ASKED_FOR } as const;
    return [
      { ...state, asked },
      [{ command: "ask", ask: asked, request: { procedure: "keys.list", input } }],
    ];
  },
  answer(state, answer) {
    if (answer.procedure !== "keys.list" || answer.ask !== state.asked || !answer.ok)
      return [state];
    const found = answer.value.items;
    const others = state.keys.filter(({ id }) => !found.some((key) => key.id === id));
    return [stayOn(state, { ...state, keys: [...found, ...others] })];
  },
  keyChanged: (state, key) => ({
    ...state,
    keys: state.keys.map((known) => (known.id === key.id ? key : known)),
  }),
  keyDeleted: (state, id) =>
    stayOn(state, { ...state, keys: state.keys.filter((key) => key.id !== id) }),
};

function edited(state: PaletteState, text: TextField): Update<PaletteState> {
  if (text.text === state.text.text) return [{ ...state, text }];
  const typed = state.typed + 1;
  return [
    { ...state, text, typed, selected: 0 },
    [{ command: "wait", milliseconds: SEARCH_DELAY_MILLISECONDS, number: typed }],
  ];
}

function chosen(state: PaletteState, item: PaletteItem | undefined): Update<PaletteState> {
  switch (item?.kind) {
    case "command":
      return [state, [{ command: "close" }, { command: "press", name: item.press }]];
    case "screen":
      return [state, [{ command: "close" }, { command: "jump", to: item.to }]];
    case "key":
      return [
        state,
        [{ command: "close" }, { command: "open", route: { to: "key-detail", key: item.key } }],
      ];
    case undefined:
      return [state];
  }
}

/** What the server found is inserted without moving the cursor's item. */
function stayOn(before: PaletteState, after: PaletteState): PaletteState {
  const item = foundItems(before)[before.selected];
  const found = foundItems(after);
  const at = found.findIndex((other) =>
    item?.kind === "key" && other.kind === "key" ? other.key.id === item.key.id : other === item,
  );
  // The first row is selected by default: there the best match may appear.
  const keeps = before.selected > 0 && at >= 0;
  return {
    ...after,
    selected: keeps ? at : Math.min(before.selected, Math.max(0, found.length - 1)),
  };
}
