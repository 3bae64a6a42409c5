import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { storageFault } from "../faults/outage.ts";
import { requireOwn } from "../files/ownership.ts";
import { RowTampered } from "../faults/row-tampered.ts";

/**
 * Writes defects to a file, a line of JSON each: kind, code, constraint and stack. Messages are left out, of
 * the stack too, since a database's contain the parameters of its queries. `null` for no file.
 */
export function openDefectLog(file: string | null): (error: unknown) => void {
  return (error) => {
    if (file === null) return;
    const line = JSON.stringify({ at: new Date().toISOString(), ...describeDefect(error) });
    try {
      requireOwn(file);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // A log that can't be written must not turn a response into a crash.
    }
  };
}

/** What may be logged of a defect: no message, since it may contain parameters. */
export function describeDefect(error: unknown) {
  const { code, constraint } = storageFault(error);
  // Its id is enough to find it.
  const row = error instanceof RowTampered ? { row: error.row } : {};
  if (!(error instanceof Error)) return { kind: typeof error, code, constraint };
  const frames = (error.stack ?? "")
    .replace(error.message, "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return { kind: error.name, code, constraint, ...row, frames: frames.map((line) => line.trim()) };
}
