import { fit, width, wrap } from "./width.ts";

// Pages about one thing: labels on the left, values on the right.

export type FactLine =
  /** The label fills its column, so that all values are aligned. */
  | { readonly kind: "fact"; readonly label: string; readonly value: string }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "gap" };

/** Left indent and right margin of every page. */
export const MARGINS = 4;
/** Labels, and instants like `12 Nov 2026, 14:03` below them. */
const LABEL_CELLS = 20;
/** Below this values need the room more than labels do. */
const ROOMY_FROM = 80;
const NARROW_LABEL_CELLS = 14;

/** The column of labels, and of instants in what happened below them. */
export function labelCells(columns: number): number {
  return columns < ROOMY_FROM ? NARROW_LABEL_CELLS : LABEL_CELLS;
}

/** Label and value over as many lines as the value needs. */
export function factLines(
  facts: readonly (readonly [string, string])[],
  columns: number,
): Extract<FactLine, { kind: "fact" }>[] {
  const labels = facts.map(([label]) => width(label) + 2);
  const cells = Math.max(labelCells(columns), ...labels);
  return facts.flatMap(([label, value]) =>
    wrap(value, columns - MARGINS - cells).map((line, index) => ({
      kind: "fact" as const,
      label: fit(index === 0 ? label : "", cells),
      value: line,
    })),
  );
}
