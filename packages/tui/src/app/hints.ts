import { refusalOf } from "../key-command.ts";
import { type Hint, hintsOf } from "../keymap.ts";
import { seesEverybody } from "../people.ts";
import { isFiltered } from "../query.ts";
import { type KeyListState, selectedKey } from "../screens/key-list/state.ts";
import { keyContextOf } from "./layers.ts";
import { type State, topLayer } from "./state.ts";

/** The keys of the top layer; those that would do nothing just now are left out. */
export function hintsFor(state: State): readonly Hint[] {
  if (state.signingIn !== null) return hintsOf("sign-in");
  const layer = topLayer(state).state;
  const hints = hintsOf(keyContextOf(layer));
  switch (layer.kind) {
    case "key-list":
      return layer.searching ? hints : ownerHint(layer, state, listHints(layer, hints));
    case "created-key":
      return hints.map((hint) =>
        hint.command === "toggle" && layer.shown ? { ...hint, word: "hide" } : hint,
      );
    case "key-detail":
      return hints.filter(({ command }) => {
        if (command !== "rotate" && command !== "revoke" && command !== "delete") return true;
        return refusalOf(command, layer.key, state.now) === null;
      });
    default:
      return hints;
  }
}

/** What `o` leads to; only those hear of it who may see everybody's keys. */
function ownerHint(
  { query }: KeyListState,
  { principal }: State,
  hints: readonly Hint[],
): readonly Hint[] {
  if (!seesEverybody(principal)) return hints.filter(({ command }) => command !== "owners");
  const word = query.filter.owner === "all" ? "mine" : "all";
  return hints.map((hint) => (hint.command === "owners" ? { ...hint, word } : hint));
}

const forOneKey: readonly string[] = ["open", "edit", "actions"];
const forSome: readonly string[] = ["search", "filter", "sort"];

function listHints(layer: KeyListState, hints: readonly Hint[]): readonly Hint[] {
  if (selectedKey(layer) !== null) return hints;
  const { search, filter } = layer.query;
  const narrowed = search !== "" || isFiltered(filter);
  return hints.filter(
    ({ command }) => !forOneKey.includes(command) && (narrowed || !forSome.includes(command)),
  );
}
