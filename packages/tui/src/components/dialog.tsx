import { Box } from "ink";
import type { ReactNode } from "react";
import { truncate, width } from "../format/width.ts";
import { useLayout } from "./page.tsx";
import { Toned, useBorderStyle } from "./tone.tsx";

const WIDEST = 62;
const SIDES = 2;
/** Cleared on both sides, so that no text touches the border. */
const CLEARING = 1;
const SCRAPS = 6;
/** Of a dialog above another one, between whose borders it stands. */
const WIDEST_ABOVE = 46;
const PADDING = 2;

/** How many cells the content of a dialog has on a screen of so many columns. */
export function dialogCells(columns: number, widest = WIDEST): number {
  return outerCells(columns, widest) - SIDES - 2 * PADDING;
}

/** The same of a dialog above another one. */
export const cellsAbove = WIDEST_ABOVE - SIDES - 2 * PADDING;

/** All of a window that would show but scraps of the page beside it. */
function outerCells(columns: number, widest: number): number {
  return columns - widest < 2 * SCRAPS ? columns - 2 * CLEARING : widest;
}

type Props = {
  readonly title: string;
  readonly widest?: number;
  /** Lies above another dialog, of which nothing is seen beside it but the borders. */
  readonly above?: boolean;
  readonly children: ReactNode;
};

/** A box in the middle, opaque, with its title in the upper border. */
export function Dialog({ title, widest = WIDEST, above = false, children }: Props) {
  const { columns, rows } = useLayout();
  const below = outerCells(columns, widest);
  const outer = above ? WIDEST_ABOVE : below;
  const clearing = above ? Math.floor((below - SIDES - outer) / 2) : CLEARING;
  const border = useBorderStyle("muted");
  return (
    <Box
      position="absolute"
      width={columns}
      height={rows}
      alignItems="center"
      justifyContent="center"
    >
      <Box
        width={outer + 2 * clearing}
        paddingX={clearing}
        flexDirection="column"
        backgroundColor="none"
        flexShrink={0}
      >
        <TopBorder title={title} cells={outer} />
        <Box
          flexDirection="column"
          borderStyle="round"
          borderTop={false}
          {...border}
          paddingX={PADDING}
          paddingTop={rows < 20 ? 0 : 1}
        >
          {children}
        </Box>
      </Box>
    </Box>
  );
}

function TopBorder({ title, cells }: { readonly title: string; readonly cells: number }) {
  const text = truncate(title, cells - 6);
  const rest = Math.max(0, cells - width(text) - 5);
  return (
    <Box height={1} flexShrink={0}>
      <Toned tone="muted">╭─ </Toned>
      <Toned bold>{text}</Toned>
      <Toned tone="muted">{` ${"─".repeat(rest)}╮`}</Toned>
    </Box>
  );
}
