import { Worker } from "node:worker_threads";

const LOOK_MS = 1000;

/** On a thread of its own, so that a main thread in an endless loop can't keep it from its turn. */
const WATCH = `
  const { workerData: { parent, graceMs, lookMs } } = process.getBuiltinModule("node:worker_threads");
  setInterval(() => {
    if (process.ppid === parent) return;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
  }, lookMs);
`;

/**
 * Kills this process once its parent has been gone for `graceMs`, whatever it is doing. Linux hands an
 * orphan to another parent (getppid(2)), and tells nobody.
 */
export function endWithParent(graceMs: number, lookMs = LOOK_MS): void {
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: { parent: process.ppid, graceMs, lookMs },
    // It needs next to nothing.
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  watch.unref();
}
