import type { Bar, Judged, Unit, Verdict } from "./figure.ts";

/** What one group gave. `failed` says why it gave no more. */
export type Measured = {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Judged[];
  readonly failed: string | null;
};

/** All groups as one table for people. */
export function tableOf(groups: readonly Measured[]): string {
  const head = ["", "measured", "range", "ratio", "bar"];
  const rows = groups.map(({ figures }) => figures.map(rowOf));
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.flat().map((row) => row[column] ?? "")].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const parts = groups.map(({ name, title, failed }, at) =>
    [
      `${name}: ${title}`,
      line(head),
      ...(rows[at] ?? []).map(line),
      ...(failed === null ? [] : [`FAILED: ${failed}`]),
    ].join("\n"),
  );
  return parts.join("\n\n");
}

function rowOf({ figure, value, ratio, verdicts }: Judged): string[] {
  const { what, unit, runs, quantile } = figure;
  const tail = quantile === undefined ? "" : `p${Math.round(quantile * 100)} `;
  return [
    `  ${what}`,
    `${tail}${amount(value, unit)}`,
    runs.length < 2 ? "" : `${digits(Math.min(...runs))}–${digits(Math.max(...runs))}`,
    ratio === null ? "" : `${ratio.toFixed(2)}×`,
    verdicts.map(verdictText).join(", "),
  ];

  function verdictText({ bar, reached }: Verdict): string {
    return `${barText(bar, unit)} ${reached ? "reached" : "MISSED"}`;
  }
}

function barText(bar: Bar, unit: Unit): string {
  const sign = "atMost" in bar ? "≤" : "≥";
  const limit = "atMost" in bar ? bar.atMost : bar.atLeast;
  return `${sign} ${bar.of === "ratio" ? `${limit}×` : amount(limit, unit)}`;
}

function amount(value: number, unit: Unit): string {
  return `${digits(value)} ${unit}`;
}

/** Three digits that say something, and thousands apart. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const shown = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: shown, maximumFractionDigits: shown });
}
