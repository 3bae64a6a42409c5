import { Box } from "ink";
import { Page, useSurroundings } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { fit, truncate, width } from "../../format/width.ts";
import { contextNames } from "../../keymap.ts";
import { type HelpState, helpColumns, helpLines, helpRows } from "./state.ts";

/** Between what stands in the first column and the keys of the second. */
const COLUMN_GAP = 2;

export function HelpView({ state }: { readonly state: HelpState }) {
  const { columns, rows } = useSurroundings();
  const lines = helpLines(state.about, columns);
  const seen = helpRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - seen));
  const last = Math.min(lines.length, scroll + seen);
  const keyCells = Math.max(...lines.flat().map(({ keys }) => width(keys))) + 3;
  const column = Math.floor((columns - 4) / helpColumns(columns));
  return (
    <Page
      path={["Latchkey", "Keys", contextNames[state.about]]}
      count={lines.length > seen ? `${scroll + 1}–${last} of ${lines.length} lines` : ""}
    >
      {lines.slice(scroll, last).map((bindings) => (
        <Box key={bindings[0]?.keys} height={1} flexShrink={0} paddingLeft={3}>
          {bindings.map(({ keys, help }) => (
            <Box key={keys} width={column} flexShrink={0}>
              <Box flexShrink={0}>
                <Toned tone="accent">{fit(keys, keyCells)}</Toned>
              </Box>
              <Toned>{truncate(help, column - keyCells - COLUMN_GAP)}</Toned>
            </Box>
          ))}
        </Box>
      ))}
    </Page>
  );
}
