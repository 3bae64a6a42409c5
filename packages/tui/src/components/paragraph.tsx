import { Box } from "ink";
import { wrap } from "../format/width.ts";
import type { Tone } from "../theme/tone.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly text: string;
  readonly cells: number;
  readonly tone?: Tone | undefined;
  /** At least so many lines, so that nothing below jumps. */
  readonly lines?: number;
};

/** Text over several lines, broken by the same measure of width as everything else. */
export function Paragraph({ text, cells, tone, lines = 1 }: Props) {
  const broken = wrap(text, cells);
  return (
    <Box flexDirection="column" flexShrink={0} minHeight={lines}>
      {broken.map((line, index) => (
        <Toned key={`${index}${line}`} tone={tone}>
          {line === "" ? " " : line}
        </Toned>
      ))}
    </Box>
  );
}
