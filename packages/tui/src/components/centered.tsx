import { Box } from "ink";
import { wrap } from "../format/width.ts";
import { useLayout } from "./page.tsx";
import { Toned } from "./tone.tsx";

type Line = { readonly text: string; readonly muted?: boolean };

/** A few words in the middle, where there is nothing else to show. */
export function Centered({ lines }: { readonly lines: readonly Line[] }) {
  const { columns } = useLayout();
  return (
    <Box flexDirection="column" flexGrow={1} justifyContent="center">
      {lines.flatMap(({ text, muted = false }, index) =>
        evenly(text, columns - 4).map((line, part) => (
          <Box key={`${index}.${part}`} justifyContent="center" height={1} flexShrink={0}>
            <Toned tone={muted ? "muted" : undefined}>{line}</Toned>
          </Box>
        )),
      )}
    </Box>
  );
}

/** Over as few lines as need be, each about as long as the others. */
function evenly(text: string, cells: number): string[] {
  const lines = wrap(text, cells);
  let narrower = cells;
  while (narrower > 1 && wrap(text, narrower - 1).length === lines.length) narrower -= 1;
  return wrap(text, narrower);
}
