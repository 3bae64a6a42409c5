// The cursor in a table that is on the screen as a whole, or in windows of so many rows; the focus in a ring.

const moves = ["up", "down", "first", "last", "screen-up", "screen-down"] as const;
export type Move = (typeof moves)[number];

export function isMove(action: string | null): action is Move {
  return moves.some((move) => move === action);
}

/** Where the cursor goes among so many rows. */
export function moved(from: number, move: Move, count: number, screen: number): number {
  return Math.min(Math.max(0, count - 1), Math.max(0, target(from, move, count, screen)));
}

/** The first line that is seen, of so many of which `screen` are seen at once. */
export function scrolledTo(from: number, move: Move, lines: number, screen: number): number {
  const bottom = Math.max(0, lines - screen);
  return move === "last" ? bottom : moved(from, move, bottom + 1, screen);
}

/** The next or previous one, round and round. */
export function stepIn<Item>(items: readonly Item[], current: Item, by: number): Item {
  const at = items.indexOf(current);
  return items[(at + by + items.length) % items.length] ?? current;
}

function target(from: number, move: Move, count: number, screen: number): number {
  switch (move) {
    case "up":
      return from - 1;
    case "down":
      return from + 1;
    case "first":
      return 0;
    case "last":
      return count - 1;
    case "screen-up":
      return from - screen;
    case "screen-down":
      return from + screen;
  }
}
