import { Box } from "ink";
import { type FactLine, MARGINS } from "../format/facts.ts";
import { truncate } from "../format/width.ts";
import { seenOf } from "../format/window.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly lines: readonly FactLine[];
  /** The first line that is seen, and how many are. */
  readonly from?: number;
  readonly seen?: number;
  readonly columns: number;
};

export function Facts({ lines, from = 0, seen = lines.length, columns }: Props) {
  return seenOf(lines, from, seen).map((line, index) => (
    <Box key={from + index} height={1} flexShrink={0} paddingLeft={3} paddingRight={1}>
      <Line line={line} columns={columns} />
    </Box>
  ));
}

function Line({ line, columns }: { readonly line: FactLine; readonly columns: number }) {
  switch (line.kind) {
    case "fact":
      return (
        <>
          <Toned tone="muted">{line.label}</Toned>
          <Toned>{line.value}</Toned>
        </>
      );
    case "heading":
      return <Toned bold>{line.text}</Toned>;
    case "note":
      return <Toned tone="muted">{truncate(line.text, columns - MARGINS)}</Toned>;
    case "gap":
      return null;
  }
}
