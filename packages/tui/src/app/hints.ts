import { refusalOf } from "../key-command.ts";
import { type Hint, hintsOf, keyName } from "../keymap.ts";
import { seesEverybody } from "../people.ts";
import { isFiltered } from "../query.ts";
import { rootsFor } from "../roots.ts";
import { type AuditState, isFollowing, selectedEvent } from "../screens/audit/state.ts";
import { eventIn } from "../screens/event/state.ts";
import { type KeyListState, selectedKey } from "../screens/key-list/state.ts";
import { keyContextOf } from "./layers.ts";
import { type State, topLayer } from "./state.ts";

/** The keys of the top layer; those that would do nothing just now are left out. */
export function hintsFor(state: State): readonly Hint[] {
  if (state.signingIn !== null) return hintsOf("sign-in");
  if (state.jumping) return jumpHints(state);
  const layer = topLayer(state).state;
  const hints = hintsOf(keyContextOf(layer));
  switch (layer.kind) {
    case "key-list":
      return layer.searching ? hints : ownerHint(layer, state, listHints(layer, hints));
    case "audit":
      return hints.filter(({ command }) => isOffered(layer, command));
    case "event":
      return hints.filter(({ command }) => command !== "key" || eventIn(layer)?.keyId != null);
    case "audit-filter":
    case "filter":
      return hints.map((hint) => (hint.command === "save" ? { ...hint, word: "apply" } : hint));
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

/** Where this person can go. */
function jumpHints({ principal }: State): readonly Hint[] {
  const kinds: readonly string[] = rootsFor(principal).map(({ kind }) => kind);
  const known = ({ command }: Hint): boolean => command === "cancel" || kinds.includes(command);
  return [
    { command: "pending", key: keyName(","), word: "then" },
    ...hintsOf("jump").filter(known),
  ];
}

function isOffered(layer: AuditState, command: string): boolean {
  switch (command) {
    case "open":
      return selectedEvent(layer) !== null;
    case "key":
      return selectedEvent(layer)?.keyId != null;
    case "next-page":
      return layer.page?.nextBefore != null;
    case "first":
      return !isFollowing(layer);
    default:
      return true;
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
