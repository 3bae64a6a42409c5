import type { Console } from "./console.ts";

/** What ends sooner needs no word. */
const QUIET_MILLISECONDS = 500;
const STEP_MILLISECONDS = 1_000;

/**
 * Says on a terminal that something is still under way, and for how long: `Checking the log… 12 s`.
 * Nothing where standard error goes elsewhere.
 */
export async function whileUnderWay<Value>(
  { status }: Console,
  what: string,
  work: Promise<Value>,
): Promise<Value> {
  if (status === null) return work;
  const since = performance.now();
  let timer = setTimeout(tell, QUIET_MILLISECONDS);
  function tell(): void {
    const seconds = Math.round((performance.now() - since) / 1000);
    status?.(seconds < 1 ? `${what}…` : `${what}… ${seconds} s`);
    timer = setTimeout(tell, STEP_MILLISECONDS);
  }
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    status("");
  }
}
