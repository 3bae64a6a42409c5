import { Worker } from "node:worker_threads";

const LOOK_MS = 1000;

/** On a thread of its own, so that an endless loop on the main thread can't block it. */
const WATCH = `
  const { workerData: { parent, graceMs, lookMs } } = process.getBuiltinModule("node:worker_threads");
  setInterval(() => {
    if (process.ppid === parent) return;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
  }, lookMs);
`;

/**
 * Kills this process once its parent has been gone for `graceMs`, whatever it is doing. Linux gives an orphan
 * another parent (getppid(2)), without a notification.
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
