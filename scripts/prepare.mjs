// Makes a clone ready to run: dependencies, then the build. Quick where nothing is to be done.
import { join } from "node:path";
import { build, isBuilt } from "./build.mjs";
import { install, isInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { complain, showProgress } from "./progress.mjs";
import { platformProblem, root } from "./runtime.mjs";

/** @returns whether everything is ready; if not, a person was told why. */
export async function prepare({ devDependencies, build: wantsBuild, run }) {
  // `build` itself always asks turbo, which knows better than a look at the files.
  const isReady = () =>
    isInstalled({ devDependencies }) && (!wantsBuild || (run !== undefined && isBuilt()));
  if (isReady()) return true;

  const problem = platformProblem();
  if (problem !== null) {
    complain(problem);
    return false;
  }
  // Two terminals may start at once on a fresh clone. The second waits, then finds all done.
  return withLock(join(root, ".turbo", "prepare.lock"), async () => {
    if (!isInstalled({ devDependencies })) {
      const text = "Latchkey: installing dependencies (about 40 s, once)…";
      if (!(await step(text, 0, () => install({ devDependencies })))) return false;
    }
    if (!wantsBuild || (run !== undefined && isBuilt())) return true;
    return step("Latchkey: building…", 300, build);
  });
}

async function step(text, afterMs, work) {
  const progress = showProgress(text, { afterMs });
  const { ok, output } = await work();
  progress.end();
  if (!ok) complain(`${text} failed\n\n${output}`);
  return ok;
}
