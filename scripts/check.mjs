// Every check of the code that is no test. All run, even if one fails; only failures print.
// `--summary FILE` also writes how many held, as JSON.
import { writeFileSync } from "node:fs";
import { runQuietly } from "./process.mjs";
import { root } from "./runtime.mjs";

const waves = [
  [
    ["format", "biome", ["format", "."]],
    ["types", "tsc", ["-b"]],
    ["imports", "node", ["scripts/check-imports.mjs"]],
    ["style", "node", ["scripts/check-style.mjs"]],
    ["lock file", "node", ["scripts/check-lock-file.mjs"]],
  ],
  // These read the types that the first wave wrote.
  [
    ["lint", "oxlint", ["--type-aware", "--deny-warnings", "--report-unused-disable-directives"]],
    ["dead code", "knip", ["--no-progress", "--no-config-hints"]],
  ],
];

const summary = { passed: 0, failed: 0 };
for (const wave of waves) await Promise.all(wave.map(check));
const summaryFile = process.argv[process.argv.indexOf("--summary") + 1];
if (process.argv.includes("--summary")) writeFileSync(summaryFile, JSON.stringify(summary));
process.exitCode = summary.failed === 0 ? 0 : 1;

async function check([name, file, args]) {
  const { ok, output } = await runQuietly(file, args, { cwd: root });
  summary[ok ? "passed" : "failed"] += 1;
  console.log(ok ? `✓ ${name}` : `✗ ${name}\n${output.replace(/^(?=.)/gm, "  ")}`);
}
