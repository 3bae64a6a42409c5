// What `npm start`, `npm test` and the other scripts of package.json run. It needs a host Node 18 or
// later and nothing installed; whatever it starts runs on the Node that package-lock.json pins.
import { join } from "node:path";
import { prepare } from "./prepare.mjs";
import { become } from "./process.mjs";
import { nodePath, root } from "./runtime.mjs";

const commands = {
  start: { devDependencies: false, build: true, run: latchkey },
  latchkey: { devDependencies: false, build: true, run: latchkey },
  build: { devDependencies: false, build: true },
  test: {
    devDependencies: true,
    build: true,
    run: script("node_modules/vitest/vitest.mjs", "run"),
  },
  check: { devDependencies: true, build: false, run: script("scripts/check.mjs") },
  bench: {
    devDependencies: true,
    build: true,
    run: script("--conditions=@latchkey/source", "bench/run.ts"),
  },
  pictures: { devDependencies: true, build: true, run: script("packages/tui/pictures/make.ts") },
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
if (command === undefined) {
  console.error(`Usage: node scripts/run.mjs ${Object.keys(commands).join("|")} [arguments]`);
  process.exit(2);
}

// A verification script must not read a failed preparation as "not valid" (1): nothing was asked.
const failed = command.run === latchkey ? 3 : 1;
if (!(await prepare(command))) process.exit(failed);
command.run?.(args);

/** The command works where its user stands, not where npm starts it: arguments may be file names. */
function latchkey(args) {
  const cwd = process.env["INIT_CWD"] ?? process.cwd();
  become(nodePath(), [join(root, "packages/tui/dist/latchkey.js"), ...args], cwd);
}

function script(...first) {
  return (args) => become(nodePath(), [...first, ...args], root);
}
