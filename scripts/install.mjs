// The dependencies, exactly as package-lock.json names them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { runQuietly } from "./process.mjs";
import { isNodeThere, linkNode, pinnedPackage, root } from "./runtime.mjs";

/**
 * Whether node_modules holds what package-lock.json names. npm's own record of what it installed says
 * so; npm writes it last, so an install that was cut short has none.
 */
export function isInstalled({ devDependencies }) {
  const wanted = packagesIn("package-lock.json");
  const found = packagesIn("node_modules/.package-lock.json");
  if (wanted === null || found === null || !isNodeThere()) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/")) return true;
    const there = found[path];
    if (there === undefined) {
      return isOptional(entry) || (entry.dev === true && !devDependencies);
    }
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

/** Platforms leave out what is not for them, and no flag of the lock file tells which. */
function isOptional(entry) {
  return entry.optional === true || entry.devOptional === true;
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return null;
  }
}

/**
 * npm leaves out, without a word, each optional package whose `engines` don't fit the Node that npm runs
 * on, and the native parts of our tools are such. So npm runs on the pinned Node here; an older host gets
 * that one first.
 */
export async function install({ devDependencies }) {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-node-"));
  try {
    const node = isOld() ? await fetchNode(folder) : { ok: true, path: process.execPath };
    if (!node.ok) return node;
    const installed = await npmCi(
      root,
      node.path,
      devDependencies ? "--include=dev" : "--omit=dev",
    );
    if (!installed.ok) return installed;
    if (!isNodeThere()) return { ok: false, output: `npm left out ${pinnedPackage}. Try again.` };
    linkNode();
    return installed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOld() {
  return Number(process.versions.node.split(".")[0]) < 24;
}

/** The pinned Node alone, held to the same integrity hash. */
async function fetchNode(folder) {
  const path = `node_modules/${pinnedPackage}`;
  const { optional: _, ...entry } = packagesIn("package-lock.json")[path];
  const wanted = { dependencies: { [pinnedPackage]: entry.version } };
  const lock = { lockfileVersion: 3, packages: { "": wanted, [path]: entry } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(wanted));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
  const installed = await npmCi(folder, process.execPath);
  return { ...installed, path: join(folder, path, "bin", "node") };
}

function npmCi(folder, node, ...more) {
  // All said outright, since npm hands the settings of `npm run` on to every npm inside.
  const args = ["ci", ...more, "--include=optional", "--no-audit", "--no-fund"];
  args.push("--loglevel=warn", "--progress=false");
  const cli = process.env["npm_execpath"] ?? "";
  const [file, first] = /^npm-cli\.c?js$/.test(basename(cli)) ? [node, [cli]] : ["npm", []];
  const PATH = [dirname(node), process.env["PATH"]].join(delimiter);
  return runQuietly(file, [...first, ...args], { cwd: folder, env: { PATH } });
}
