// package-lock.json names no address: whoever installs uses the registry of their own configuration,
// and what arrives is held to its integrity hash.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./runtime.mjs";

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const problems = Object.entries(packages).flatMap(([path, { resolved, integrity, link }]) => {
  if (/^[a-z+]+:/.test(resolved ?? "")) return [`${path}: "resolved" is an address`];
  if (path.includes("node_modules/") && !link && !integrity) return [`${path}: no "integrity"`];
  return [];
});
for (const problem of problems) console.log(problem);
if (problems.length > 0) {
  console.log("\nRun `npm install --package-lock-only --omit-lockfile-registry-resolved`.");
  process.exitCode = 1;
}
