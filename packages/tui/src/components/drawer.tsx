import { Box } from "ink";
import type { ReactNode } from "react";
import { useLayout } from "./page.tsx";
import { Toned, useBorderStyle } from "./tone.tsx";

const DRAWER_COLUMNS = 44;
/** Below this a drawer takes the whole screen. */
const BESIDE_FROM = 80;
const LEFT_EDGE = 3;

function drawerColumns(columns: number): number {
  return columns < BESIDE_FROM ? columns : DRAWER_COLUMNS;
}

/** How many columns are left beside a drawer; all, where it lies over the whole window. */
export function columnsBesideDrawer(columns: number): number {
  return columns < BESIDE_FROM ? columns : columns - DRAWER_COLUMNS;
}

/** How many cells the content of a drawer has. */
export function drawerCells(columns: number): number {
  return drawerColumns(columns) - LEFT_EDGE - 2;
}

type Props = { readonly title: string; readonly children: ReactNode };

/** Hangs on the right over the whole height; the page stays in sight beside it. */
export function Drawer({ title, children }: Props) {
  const { columns, rows } = useLayout();
  const border = useBorderStyle("muted");
  const beside = columns >= BESIDE_FROM;
  return (
    <Box
      position="absolute"
      right={0}
      top={0}
      width={drawerColumns(columns)}
      height={beside ? rows : rows - 1}
      backgroundColor="none"
      flexDirection="column"
      overflow="hidden"
      borderStyle="single"
      borderTop={false}
      borderRight={false}
      borderBottom={false}
      borderLeft={beside}
      {...border}
      paddingLeft={beside ? LEFT_EDGE - 1 : LEFT_EDGE}
      paddingRight={1}
    >
      <Box height={1} flexShrink={0}>
        <Toned bold>{title}</Toned>
      </Box>
      <Box height={1} flexShrink={0} />
      {children}
    </Box>
  );
}
