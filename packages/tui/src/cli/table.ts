import { GAP, roomBeside } from "../format/columns.ts";
import { escape } from "../format/escape.ts";
import { fit, truncate, width, wrap } from "../format/width.ts";

// Answers as text: aligned to the width of a terminal, or tab-separated for programs.

/** A name and its value share a line only if that leaves the value this much. */
const LEAST_VALUE = 20;

export type Column<Row> = {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** If the terminal is too narrow it is cut to no less than this many cells. */
  readonly least?: number;
  /** Then it is dropped, the highest first; never without this. */
  readonly drop?: number;
};

/**
 * @param columns how wide the terminal is; `null` writes for a program: every column, separated by tabs, without
 *   heads. What could be confused with these is escaped.
 */
export function table<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  columns: number | null,
): string {
  return tableInParts(all, columns)(rows);
}

/** The same in parts, for more rows than fit into memory: a column never gets narrower again. */
export function tableInParts<Row>(
  all: readonly Column<Row>[],
  columns: number | null,
): (rows: readonly Row[]) => string {
  if (columns === null) {
    return (rows) =>
      rows.map((row) => all.map(({ cell }) => escape(cell(row))).join("\t")).join("\n");
  }
  let natural = all.map(({ head }) => width(head));
  let heads: readonly string[] = all.map(({ head }) => head);
  return (rows) => {
    const lines = rows.map((row) => all.map(({ cell }) => escape(cell(row))));
    natural = natural.map((before, at) =>
      Math.max(before, ...lines.map((cells) => width(cells[at] ?? ""))),
    );
    const widths = fitting(all, natural, columns);
    const written = (heads.length === 0 ? lines : [heads, ...lines]).map((cells) =>
      truncate(
        widths
          .flatMap((cellsWide, at) => (cellsWide === null ? [] : [fit(cells[at] ?? "", cellsWide)]))
          .join(" ".repeat(GAP))
          .trimEnd(),
        columns,
      ),
    );
    heads = [];
    return written.join("\n");
  };
}

/** How wide each column is; `null` for those that don't fit. */
function fitting(
  all: readonly Omit<Column<never>, "cell">[],
  natural: readonly number[],
  room: number,
): (number | null)[] {
  const least = natural.map((cells, at) => Math.min(cells, all[at]?.least ?? cells));
  const dropped = new Set<number>();
  const spareBeside = (): number =>
    // The last one needs no gap.
    GAP +
    roomBeside(
      room,
      least.filter((_, at) => !dropped.has(at)),
    );
  const droppable = all.flatMap(({ drop }, at) => (drop === undefined ? [] : [{ drop, at }]));
  for (const { at } of droppable.toSorted((a, b) => b.drop - a.drop)) {
    if (spareBeside() >= 0) break;
    dropped.add(at);
  }
  let spare = Math.max(0, spareBeside());
  return least.map((cells, at) => {
    if (dropped.has(at)) return null;
    const more = Math.min(spare, (natural[at] ?? cells) - cells);
    spare -= more;
    return cells + more;
  });
}

/** Names on the left, values on the right; `columns` as for a table. */
export function pairs(
  rows: readonly (readonly [string, string])[],
  columns: number | null,
): string {
  if (columns === null) return rows.map(([name, value]) => `${name}\t${escape(value)}`).join("\n");
  const names = Math.max(...rows.map(([name]) => name.length));
  const room = Math.max(LEAST_VALUE, columns - names - GAP);
  return rows
    .flatMap(([name, value]) =>
      wrap(escape(value), room).map((line, at) =>
        `${fit(at === 0 ? name : "", names)}${" ".repeat(GAP)}${line}`.trimEnd(),
      ),
    )
    .join("\n");
}
