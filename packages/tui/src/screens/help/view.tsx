import { Box } from "ink";
import { Page, useLayout } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { linesText } from "../../format/total.ts";
import { fit } from "../../format/width.ts";
import { contextNames } from "../../kit/keymap.ts";
import { type HelpState, helpColumns, helpRows } from "./state.ts";

export function HelpView({ state }: { readonly state: HelpState }) {
  const { columns, rows } = useLayout();
  const there = helpColumns(state.about, columns);
  const count = there[0]?.bindings.length ?? 0;
  const seen = helpRows(rows);
  const from = Math.min(state.scroll, Math.max(0, count - seen));
  return (
    <Page
      path={["Latchkey", "Keys", contextNames[state.about]]}
      count={linesText({ from, seen, count }, columns)}
    >
      <Box paddingLeft={3} flexShrink={0}>
        {there.map(({ bindings, keyCells, cells }) => (
          <Box key={bindings[0]?.keys} width={cells} flexDirection="column" flexShrink={0}>
            {bindings.slice(from, from + seen).map(({ keys, help }) => (
              <Box key={keys} height={1} flexShrink={0}>
                <Toned tone="accent">{fit(keys, keyCells)}</Toned>
                <Toned>{help}</Toned>
              </Box>
            ))}
          </Box>
        ))}
      </Box>
    </Page>
  );
}
