// The build, left to turbo; and a cheap look at whether anything changed since, as git does it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runQuietly } from "./process.mjs";
import { root } from "./runtime.mjs";

/** In node_modules, since another install asks for another build. */
const stampPath = join(root, "node_modules", ".latchkey-build");
const sources = ["packages", "package-lock.json", "tsconfig.base.json", "turbo.json"];
const ignored = new Set(["node_modules", "dist", "types", "test", "pictures", ".turbo"]);
const outputs = [
  "core/dist/index.js",
  "client/dist/index.js",
  "server/dist/index.js",
  "tui/dist/latchkey.js",
];

export function isBuilt() {
  if (!outputs.every((path) => existsSync(join(root, "packages", path)))) return false;
  return existsSync(stampPath) && readFileSync(stampPath, "utf8") === fingerprint();
}

export async function build() {
  // Taken before the build: what is changed while it runs is built the next time.
  const stamp = fingerprint();
  const built = await runQuietly("turbo", ["run", "build", "--output-logs=errors-only"], {
    cwd: root,
    env: { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
  });
  if (built.ok) writeFileSync(stampPath, stamp);
  return built;
}

/** Path, size and time of every file that the build may read. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const path of sources.flatMap(filesUnder)) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .filter((name) => !ignored.has(name))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
