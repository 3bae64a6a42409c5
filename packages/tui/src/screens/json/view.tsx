import { Box } from "ink";
import { Page, pathTo, useLayout } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { linesText } from "../../format/total.ts";
import { type JsonState, jsonLines, jsonRows } from "./state.ts";

export function JsonView({ state }: { readonly state: JsonState }) {
  const { columns, rows } = useLayout();
  const lines = jsonLines(state.key, columns);
  const seen = jsonRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - seen));
  const last = Math.min(lines.length, scroll + seen);
  return (
    <Page
      path={[...pathTo(state.key.title), "JSON"]}
      count={linesText({ from: scroll, seen, count: lines.length }, columns)}
    >
      <Box flexDirection="column" paddingLeft={3} flexShrink={0}>
        {lines.slice(scroll, last).map((line, index) => (
          <Toned key={scroll + index}>{line}</Toned>
        ))}
      </Box>
    </Page>
  );
}
