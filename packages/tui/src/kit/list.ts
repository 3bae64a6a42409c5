import { type Move, moved } from "./movement.ts";

// Rows of which one is under the cursor, on one page or on several.

/** The row of the cursor among other rows: with its item, or where that has gone, as near as can be. */
export function stayOn<Item>(
  selected: number,
  before: readonly Item[],
  after: readonly Item[],
  idOf: (item: Item) => string,
): number {
  const item = before[selected];
  const at = item === undefined ? -1 : after.findIndex((other) => idOf(other) === idOf(item));
  return at >= 0 ? at : Math.min(selected, Math.max(0, after.length - 1));
}

export type PagedMove = Move | "next-page" | "previous-page";

/** Where the cursor goes on a page of `count` rows: to another row, or on to the page after or before. */
export function movedOnPage(
  selected: number,
  move: PagedMove,
  count: number,
  screen: number,
): { readonly row: number } | { readonly turn: 1 | -1 } {
  if (move === "next-page") return { turn: 1 };
  if (move === "previous-page") return { turn: -1 };
  if (move === "screen-up" && selected === 0) return { turn: -1 };
  if (move === "screen-down" && selected >= count - 1) return { turn: 1 };
  return { row: moved(selected, move, count, screen) };
}
