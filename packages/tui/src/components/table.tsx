import { Box } from "ink";
import { Cursor } from "./cursor.tsx";
import { fit } from "../format/width.ts";
import type { Tone } from "../theme/tone.ts";
import { Toned } from "./tone.tsx";

const GAP = "  ";

type Column = { readonly head: string; readonly cells: number };
export type Cell = { readonly text: string; readonly tone?: Tone | undefined };

type Props = {
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly Cell[] }[];
  /** The row under the cursor; -1 where none is. */
  readonly selected: number;
  /** How many rows are seen at once. */
  readonly seen: number;
};

/**
 * Rows in windows of whole screens: a cursor that moves within one costs two lines, no scroll. Columns
 * without cells are left out.
 */
export function Table({ columns, rows, selected, seen }: Props) {
  const from = Math.floor(Math.max(0, selected) / seen) * seen;
  const there = columns.filter(({ cells }) => cells > 0);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned tone="muted">{there.map(({ head, cells }) => fit(head, cells)).join(GAP)}</Toned>
      </Box>
      {rows.slice(from, from + seen).map(({ key, cells }, index) => {
        const current = from + index === selected;
        const drawn = columns.flatMap((column, at) =>
          column.cells > 0 ? [{ column, cell: cells[at] }] : [],
        );
        return (
          <Box key={key} height={1} flexShrink={0} paddingLeft={1}>
            <Cursor here={current} />
            {drawn.map(({ column, cell }, at) => (
              <Toned key={column.head} tone={cell?.tone} bold={current && at === 0}>
                {(at === 0 ? "" : GAP) + fit(cell?.text ?? "", column.cells)}
              </Toned>
            ))}
          </Box>
        );
      })}
    </Box>
  );
}
