// One preparation at a time in one clone.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { showProgress } from "./progress.mjs";

/** Does the work while holding the lock file. One whose process is gone is taken over. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const progress = showProgress("Latchkey: another terminal is preparing…", { afterMs: 500 });
  try {
    while (!take(path)) await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    progress.end();
  }
  const release = () => rmSync(path, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(path) {
  // Linked into place with its content, so that nobody ever reads a lock without its holder.
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (!isHeld(path)) rmSync(path, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isHeld(path) {
  try {
    process.kill(Number(readFileSync(path, "utf8")), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
