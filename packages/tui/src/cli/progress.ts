import type { Console } from "./console.ts";

/** Shorter work needs no message. */
const QUIET_MILLISECONDS = 500;
const STEP_MILLISECONDS = 1_000;
const BAR_CELLS = 20;

/** How much of how much is done; `null` if nobody can say. */
export type Progress = { readonly done: number; readonly total: number } | null;

/**
 * Shows on a terminal that work is still under way, for how long, and how far it is if that is known: `Checking the
 * log… [########            ] 42 %, 12 s`. Nothing if standard error goes elsewhere, or for programs: `json`.
 */
export async function whileUnderWay<Value>(
  { status }: Console,
  { json }: { readonly json?: true | undefined },
  what: string,
  work: Promise<Value>,
  askProgress: () => Promise<Progress> = async () => null,
): Promise<Value> {
  if (status === null || json === true) return work;
  const since = performance.now();
  let known: Progress = null;
  let isAsking = false;
  // Its answer is shown with the next step, so that a slow one delays nothing.
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    known = await askProgress().catch(() => null);
    isAsking = false;
  };
  let timer = setTimeout(show, QUIET_MILLISECONDS);
  function show(): void {
    const seconds = Math.floor((performance.now() - since) / 1000);
    const parts = [barOf(known), seconds < 1 ? "" : `${seconds} s`].filter((part) => part !== "");
    status?.(`${what}… ${parts.join(", ")}`.trimEnd());
    void ask();
    timer = setTimeout(show, STEP_MILLISECONDS);
  }
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    status("");
  }
}

function barOf(progress: Progress): string {
  if (progress === null || progress.total === 0) return "";
  const share = Math.min(1, progress.done / progress.total);
  const full = "#".repeat(Math.floor(share * BAR_CELLS));
  return `[${full.padEnd(BAR_CELLS)}] ${Math.floor(share * 100)} %`;
}
