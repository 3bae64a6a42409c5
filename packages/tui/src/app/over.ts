import { newsText } from "../format/key-news.ts";
import { refusalText } from "../kit/key-action.ts";
import { screenOf } from "./layers.ts";
import { contextOf, type Layer, type State } from "./state.ts";

/** What somebody else did to the key that a layer is about; `null` if nothing. */
export function newsOn({ news }: Layer, state: State): string | null {
  return news === null ? null : newsText(news, contextOf(state));
}

/**
 * Why a dialog or a drawer has nothing left to do, so that it can only be closed: its key is gone, or its action
 * is refused by now. `null` if it can be done, and while it is under way.
 */
export function overText(layer: Layer, state: State): string | null {
  const screen = screenOf(layer.state);
  const key = screen.about?.(layer.state);
  if (screen.action === undefined || key === undefined || layer.asking > 0) return null;
  const news = layer.news?.event.type === "key.renamed" ? null : newsOn(layer, state);
  if (layer.gone) return news ?? "This key was deleted meanwhile, or isn't yours to see anymore.";
  const refusal = refusalText(screen.action, key, state.now);
  return refusal === null ? null : (news ?? refusal);
}
