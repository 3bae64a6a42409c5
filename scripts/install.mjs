// The dependencies, exactly as package-lock.json names them.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runQuietly } from "./process.mjs";
import { isNodeThere, root } from "./runtime.mjs";

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

export function install({ devDependencies }) {
  // All said outright, since npm hands the settings of `npm run` on to every npm inside.
  const args = [
    "ci",
    devDependencies ? "--include=dev" : "--omit=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=warn",
    "--progress=false",
  ];
  const cli = process.env["npm_execpath"] ?? "";
  const [file, first] = /^npm-cli\.c?js$/.test(basename(cli))
    ? [process.env["npm_node_execpath"] ?? process.execPath, [cli]]
    : ["npm", []];
  return runQuietly(file, [...first, ...args], { cwd: root });
}
