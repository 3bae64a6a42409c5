import { Box } from "ink";
import { truncate, width } from "../format/width.ts";
import { useLayout } from "./page.tsx";
import { Toned } from "./tone.tsx";

type Props = { readonly left: string; readonly right: string };

/** The line above a table: how much there is, and by what it was chosen and ordered. */
export function Summary({ left, right }: Props) {
  const { columns } = useLayout();
  return (
    <Box
      height={1}
      flexShrink={0}
      paddingLeft={3}
      paddingRight={1}
      justifyContent="space-between"
      columnGap={2}
    >
      <Box flexShrink={0}>
        <Toned>{left}</Toned>
      </Box>
      <Toned tone="muted">{truncate(right, columns - 6 - width(left))}</Toned>
    </Box>
  );
}
