import { escape } from "../format/escape.ts";
import { fit, width } from "../format/width.ts";

/** Columns two spaces apart, each as wide as its widest cell; the last is left as it is. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows.map((row) => row.map(escape))];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((row) => width(row[column] ?? ""))),
  );
  return lines
    .map((row) =>
      row
        .map((cell, column) => fit(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names on the left, values on the right. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const names = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(names)}  ${escape(value)}`).join("\n");
}
