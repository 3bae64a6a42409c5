import { Box } from "ink";
import { truncate } from "../format/width.ts";
import { useSurroundings } from "./page.tsx";
import { Toned } from "./tone.tsx";

type Line = { readonly text: string; readonly muted?: boolean };

/** A few words in the middle, where there is nothing else to show. */
export function Centered({ lines }: { readonly lines: readonly Line[] }) {
  const { columns } = useSurroundings();
  return (
    <Box flexDirection="column" flexGrow={1} justifyContent="center">
      {lines.map(({ text, muted = false }, index) => (
        <Box key={`${index}${text}`} justifyContent="center" height={1} flexShrink={0}>
          <Toned tone={muted ? "muted" : undefined}>{truncate(text, columns - 4)}</Toned>
        </Box>
      ))}
    </Box>
  );
}
