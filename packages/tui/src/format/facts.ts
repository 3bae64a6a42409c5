import { wrap } from "./width.ts";

// Pages that tell about one thing: labels on the left, what they mean on the right.

export type FactLine =
  | { readonly kind: "fact"; readonly label: string; readonly value: string }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "gap" };

export const LABEL_CELLS = 18;
/** Left indent and right margin of every page. */
export const MARGINS = 4;

/** Label and value over as many lines as the value needs. */
export function factLines(
  facts: readonly (readonly [string, string])[],
  columns: number,
): FactLine[] {
  const cells = columns - MARGINS - LABEL_CELLS;
  return facts.flatMap(([label, value]) =>
    wrap(value, cells).map(
      (line, index): FactLine => ({ kind: "fact", label: index === 0 ? label : "", value: line }),
    ),
  );
}
