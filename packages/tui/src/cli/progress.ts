import type { Console } from "./console.ts";

/** Shorter work needs no message. */
const QUIET_MILLISECONDS = 500;
const STEP_MILLISECONDS = 1_000;

/**
 * Shows on a terminal that work is still under way, and for how long: `Checking the log… 12 s`. Nothing if standard
 * error goes elsewhere, or for programs: `json`.
 */
export async function whileUnderWay<Value>(
  { status }: Console,
  { json }: { readonly json?: true | undefined },
  what: string,
  work: Promise<Value>,
): Promise<Value> {
  if (status === null || json === true) return work;
  const since = performance.now();
  let timer = setTimeout(show, QUIET_MILLISECONDS);
  function show(): void {
    const seconds = Math.floor((performance.now() - since) / 1000);
    status?.(seconds < 1 ? `${what}…` : `${what}… ${seconds} s`);
    timer = setTimeout(show, STEP_MILLISECONDS);
  }
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    status("");
  }
}
