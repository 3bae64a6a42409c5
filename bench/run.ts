import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { judge } from "./figure.ts";
import { type EndingFixture, type Group, openFixture } from "./fixture.ts";
import { groups } from "./groups.ts";
import { showProgress } from "./progress.ts";
import { type Measured, tableOf } from "./table.ts";

// `npm run bench [-- GROUP…]`: the contenders side by side in one run, as medians and ratios in one table,
// and kept as JSON. A bar that is missed is told and is no failure; a group that could not measure is.

const results = fileURLToPath(new URL("./results/", import.meta.url));
const ENDINGS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => groups.every((group) => group.name !== name));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(", ")}. These are:`);
  for (const { name, title } of groups) console.error(`  ${name.padEnd(12)} ${title}`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? groups : groups.filter(({ name }) => wanted.includes(name));

const progress = showProgress(process.stderr);
let fixture: EndingFixture | null = null;
for (const [signal, code] of Object.entries(ENDINGS)) {
  process.once(signal, () => {
    progress.end();
    console.error("Ending what was started…");
    void (fixture?.end() ?? Promise.resolve()).finally(() => process.exit(code));
  });
}

const measured: Measured[] = [];
for (const [at, group] of chosen.entries()) {
  progress.group(group.name, at + 1, chosen.length);
  measured.push(await measure(group));
}
progress.end();
console.log(tableOf(measured));
await keep(measured);
const missed = measured.flatMap(({ figures }) =>
  figures.flatMap(({ verdicts }) => verdicts.filter(({ reached }) => !reached)),
).length;
const failed = measured.filter((group) => group.failed !== null).length;
console.log(`\n${missed} bars missed, ${failed} groups failed.`);
process.exit(failed === 0 ? 0 : 1);

async function measure({ name, title, measure: run }: Group): Promise<Measured> {
  fixture = openFixture(progress.doing);
  const done: Measured = { name, title, figures: [], failed: null };
  try {
    return { ...done, figures: (await run(fixture)).map(judge) };
  } catch (error) {
    return {
      ...done,
      failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  } finally {
    progress.doing("clearing away");
    await fixture.end().catch((error: unknown) => console.error(error));
    fixture = null;
  }
}

async function keep(all: readonly Measured[]): Promise<void> {
  const at = new Date().toISOString();
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const text = `${JSON.stringify({ at, machine, groups: all.map(plain) }, null, 2)}\n`;
  await mkdir(results, { recursive: true });
  for (const file of ["latest", at.replaceAll(":", "-")])
    await writeFile(`${results}${file}.json`, text);
}

function plain({ figures, ...group }: Measured): unknown {
  return {
    ...group,
    figures: figures.map(({ figure, value, ratio, verdicts }) => ({
      ...figure,
      against: figure.against?.what,
      value,
      ratio,
      verdicts,
    })),
  };
}
