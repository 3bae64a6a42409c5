// Imports run one way, in no circle, and core stays pure. The code is read as text: biome has put every
// import at the start of a line, in double quotes.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./runtime.mjs";

/** What each part may import of ours; the first that fits a file counts. */
const directions = [
  { in: "packages/core/src/", may: [] },
  { in: "packages/server/src/", may: ["@latchkey/core"] },
  {
    in: "packages/tui/src/installation/",
    may: ["@latchkey/core", "@latchkey/server/client", "@latchkey/server"],
  },
  { in: "packages/tui/src/", may: ["@latchkey/core", "@latchkey/server/client"] },
];
const coreMayUse = ["node:crypto", "node:util", "typeid-js"];
const impure =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(/;
const clientEntry = "packages/server/src/client/index.ts";
const database = /^(?:drizzle-orm|postgres|@electric-sql\/pglite)(?:\/|$)/;

const files = globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root }).sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const problems = [...files.flatMap(misdirected), ...impurities(), ...cycles(), ...clientReach()];
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Each import as `{ from, isType, target }`; `target` is the file of ours it leads to. */
function importsOf(file) {
  const text = readFileSync(join(root, file), "utf8");
  const found = [];
  const add = (from, isType) => found.push({ from, isType, target: targetOf(file, from) });
  const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;()="']*?\s+from\s+)?"([^"]+)"/gm;
  for (const [, type, from] of text.matchAll(statement)) add(from, type !== undefined);
  for (const [, type, from] of text.matchAll(/(typeof\s+)?\bimport\(\s*"([^"]+)"\s*\)/g)) {
    add(from, type !== undefined);
  }
  return found;
}

function targetOf(file, from) {
  if (from.startsWith(".")) return relative(root, join(root, dirname(file), from));
  const [, name, entry] = /^@latchkey\/(\w+)(?:\/(\w+))?$/.exec(from) ?? [];
  return name && `packages/${name}/src/${entry === undefined ? "" : `${entry}/`}index.ts`;
}

function misdirected(file) {
  const { may } = directions.find((direction) => file.startsWith(direction.in));
  const ownPackage = file.split("/").slice(0, 3).join("/");
  return imports.get(file).flatMap(({ from, target }) => {
    if (from.startsWith("@latchkey/")) {
      return may.includes(from) ? [] : [`${file}: may not import ${from}`];
    }
    if (!from.startsWith(".")) {
      if (!file.startsWith("packages/core/") || coreMayUse.includes(from)) return [];
      return [`${file}: core may not import ${from}`];
    }
    if (!target.startsWith(`${ownPackage}/`)) return [`${file}: ${from} leaves the package's src`];
    return existsSync(join(root, target)) ? [] : [`${file}: ${from} does not exist`];
  });
}

function impurities() {
  return files
    .filter((file) => file.startsWith("packages/core/"))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n");
      return lines.flatMap((line, index) => {
        const found = /^\s*(?:\/\/|\/?\*)/.test(line) ? null : impure.exec(line);
        return found === null ? [] : [`${file}:${index + 1}: core may not use ${found[0]}`];
      });
    });
}

/** Circles of imports, types included: what a file is about should be told without what needs it. */
function cycles() {
  const done = new Set();
  const found = [];
  const visit = (file, path) => {
    if (path.includes(file)) {
      found.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
    } else if (!done.has(file)) {
      for (const { target } of imports.get(file) ?? []) {
        if (target !== undefined) visit(target, [...path, file]);
      }
      done.add(file);
    }
  };
  for (const file of files) visit(file, []);
  return found;
}

/** The client must load no database code: what its values reach, types aside. */
function clientReach() {
  const reached = new Map([[clientEntry, [clientEntry]]]);
  const found = [];
  for (const [file, path] of reached) {
    for (const { from, isType, target } of imports.get(file) ?? []) {
      if (isType) continue;
      if (database.test(from)) found.push(`the client loads ${from}: ${path.join(" → ")}`);
      if (target !== undefined && !reached.has(target)) reached.set(target, [...path, target]);
    }
  }
  return found;
}
