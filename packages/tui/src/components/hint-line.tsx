import { Box } from "ink";
import { width } from "../format/width.ts";
import type { Hint } from "../kit/keymap.ts";
import { Toned } from "./tone.tsx";

const GAPS = [3, 2] as const;
/** What is left beside a drawer: its keys are few, and all of them matter more than the count. */
const ALL_HINTS_BELOW = 60;

type Props = {
  readonly hints: readonly Hint[];
  readonly columns: number;
  /** Bottom right: how many. */
  readonly count: string;
};

/**
 * What can be pressed: all of it, else closer together, else as much as there is room for, in short words
 * and of most worth first; the last one (help, cancel) stays. The count gives way where not even those
 * that stay would fit beside it.
 */
export function HintLine({ hints, columns, count: wanted }: Props) {
  const [wide, narrow] = GAPS;
  const roomBeside = (text: string): number =>
    columns - 2 - (text === "" ? 0 : width(text) + narrow);
  const must = columns < ALL_HINTS_BELOW ? hints : hints.filter(staysIn(hints));
  const count = cellsOf(must, narrow) <= roomBeside(wanted) ? wanted : "";
  const room = roomBeside(count);
  const gap = cellsOf(hints, wide) <= room ? wide : narrow;
  const shown = cellsOf(hints, gap) <= room ? hints : thatFit(hints.map(shortened), room, gap);
  return (
    <Box height={1} flexShrink={0} paddingX={1} justifyContent="space-between">
      <Box columnGap={gap}>
        {shown.map(({ action, key, word }) => (
          <Box key={action} columnGap={1} flexShrink={0}>
            <Toned>{key}</Toned>
            <Toned tone="muted">{word}</Toned>
          </Box>
        ))}
      </Box>
      <Toned tone="muted">{count}</Toned>
    </Box>
  );
}

function thatFit(hints: readonly Hint[], room: number, gap: number): readonly Hint[] {
  const stays = staysIn(hints);
  const inTurn = hints
    .filter((hint) => !stays(hint))
    .toSorted((one, other) => placeOf(one) - placeOf(other));
  const shown = new Set(hints.filter(stays));
  for (const hint of inTurn) {
    if (cellsOf([...shown, hint], gap) <= room) shown.add(hint);
  }
  return hints.filter((hint) => shown.has(hint));
}

function placeOf({ worth }: Hint): number {
  return worth === "more" ? 0 : worth === "less" ? 2 : 1;
}

function cellsOf(hints: readonly Hint[], gap: number): number {
  return hints.reduce((sum, { key, word }) => sum + width(key) + 1 + width(word) + gap, -gap);
}

function shortened(hint: Hint): Hint {
  return { ...hint, word: hint.short ?? hint.word };
}

function staysIn(hints: readonly Hint[]): (hint: Hint) => boolean {
  return (hint) => hint.stays === true || hint === hints.at(-1);
}
