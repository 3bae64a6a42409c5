// Imports run one way: between packages, and inside each package down its floors. No circles, and core
// stays pure. The code is read as text: biome has put every import at the start of a line, in double quotes.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./runtime.mjs";

/** What each part may import of ours, and whose files; the first that fits a file counts. */
const directions = [
  { in: "packages/core/src/", may: [] },
  { in: "packages/client/src/", may: ["@latchkey/core"] },
  { in: "packages/server/src/", may: ["@latchkey/core", "@latchkey/client"] },
  {
    in: "packages/tui/src/connection/",
    may: ["@latchkey/core", "@latchkey/client", "@latchkey/server"],
  },
  { in: "packages/tui/src/", may: ["@latchkey/core", "@latchkey/client"] },
  // Its engines and seeds stand on the server's own, below what the server exports.
  {
    in: "packages/testing/src/",
    may: ["@latchkey/core", "@latchkey/client"],
    reaches: "packages/server/src/",
  },
];

/**
 * The rooms of each package, from the roof down. A file may import from its own room and from those on the
 * floors below; rooms that share a floor don't know each other.
 */
const floors = {
  "packages/server/src/": [
    ["index.ts", "client"],
    ["start"],
    ["embedded", "metrics", "ssh"],
    ["http"],
    ["trpc"],
    ["use-cases"],
    ["verification"],
    ["usage"],
    ["events"],
    ["store/drizzle"],
    ["db"],
    ["store/port"],
    ["config"],
    ["log"],
    ["files"],
    ["faults"],
  ],
  "packages/tui/src/": [
    ["main.ts"],
    ["ssh"],
    ["cli"],
    ["app"],
    ["screens"],
    ["components"],
    ["kit"],
    ["connection"],
    ["format", "theme"],
  ],
};

/** Know the store by its port alone: what SQL there is stands behind it. */
const knowThePort = [
  "use-cases",
  "verification",
  "usage",
  "events",
  "trpc",
  "http",
  "ssh",
  "metrics",
];
const behindThePort = /^drizzle-orm(?:\/|$)|^packages\/server\/src\/(?:db|store\/drizzle)\//;

/** Imports that go up, and are known to: `"FILE -> FILE"`. One that is no longer there fails. */
const upward = [];

const coreMayUse = ["node:crypto", "node:util", "typeid-js"];
const impure =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(/;
const clientEntry = "packages/client/src/index.ts";
const heavy = /^(?:drizzle-orm|postgres|@electric-sql\/pglite|hono|pino|prom-client)(?:\/|$)/;

const files = globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root }).sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const problems = [
  ...files.flatMap(misdirected),
  ...misplaced(),
  ...aroundThePort(),
  ...impurities(),
  ...cycles(),
  ...clientReach(),
];
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
  const { may, reaches } = directions.find((direction) => file.startsWith(direction.in));
  const ownPackage = file.split("/").slice(0, 3).join("/");
  return imports.get(file).flatMap(({ from, target }) => {
    if (from.startsWith("@latchkey/")) {
      return may.includes(from) ? [] : [`${file}: may not import ${from}`];
    }
    if (!from.startsWith(".")) {
      if (!file.startsWith("packages/core/") || coreMayUse.includes(from)) return [];
      return [`${file}: core may not import ${from}`];
    }
    if (!target.startsWith(`${ownPackage}/`) && !target.startsWith(reaches)) {
      return [`${file}: ${from} leaves the package's src`];
    }
    return existsSync(join(root, target)) ? [] : [`${file}: ${from} does not exist`];
  });
}

/** Files in no room, and imports that go up a floor or across it. */
function misplaced() {
  const found = [];
  const climbing = new Set();
  for (const [source, levels] of Object.entries(floors)) {
    const placeOf = (file) => {
      const [room, part] = file.slice(source.length).split("/");
      const isIn = (name) => name === room || name === `${room}/${part}`;
      const level = levels.findIndex((rooms) => rooms.some(isIn));
      return { room: levels[level]?.find(isIn), level };
    };
    for (const file of files.filter((candidate) => candidate.startsWith(source))) {
      const from = placeOf(file);
      if (from.level === -1) {
        found.push(`${file}: stands in no room; put it into one`);
        continue;
      }
      for (const { target } of imports.get(file)) {
        if (target === undefined || !target.startsWith(source)) continue;
        const to = placeOf(target);
        const isDown = to.level > from.level || (to.level === from.level && to.room === from.room);
        if (isDown || to.level === -1) continue;
        climbing.add(`${file} -> ${target}`);
      }
    }
  }
  return [
    ...found,
    ...[...climbing]
      .filter((step) => !upward.includes(step))
      .map((step) => `imports upward or across: ${step}`),
    ...upward
      .filter((step) => !climbing.has(step))
      .map((step) => `is listed as upward, and no longer there: ${step}`),
  ];
}

function aroundThePort() {
  return files
    .filter((file) => knowThePort.some((room) => file.startsWith(`packages/server/src/${room}/`)))
    .flatMap((file) =>
      imports
        .get(file)
        .filter(({ from, target }) => behindThePort.test(target ?? from))
        .map(({ from }) => `${file}: knows the store by its port alone, so may not import ${from}`),
    );
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

/** The client must stay light: what its values reach, types aside. */
function clientReach() {
  const reached = new Map([[clientEntry, [clientEntry]]]);
  const found = [];
  for (const [file, path] of reached) {
    for (const { from, isType, target } of imports.get(file) ?? []) {
      if (isType) continue;
      if (heavy.test(from)) found.push(`the client loads ${from}: ${path.join(" → ")}`);
      if (target !== undefined && !reached.has(target)) reached.set(target, [...path, target]);
    }
  }
  return found;
}
