// Rules of style that would otherwise rest on memory. Each exception is listed with its reason's place in
// the code; one that is no longer needed fails too, so that the list only ever gets shorter.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./runtime.mjs";

const LONGEST = 250;

/** Longer than `LONGEST`, with the lines that they have: such a file may only get shorter. */
const longFiles = {
  "packages/core/src/verification-cache.ts": 284,
};

/** May read the system's clock or its random numbers: a composition root, or a clock that is passed on. */
const impureFiles = [
  "packages/server/src/log/defect-log.ts",
  "packages/server/src/start/compose.ts",
  "packages/tui/src/app/session.ts",
  "packages/tui/src/cli/console.ts",
  "packages/tui/src/ssh/ssh-process.ts",
];

/** Not for names of files: they say nothing of what is inside. */
const EMPTY_NAMES = /^(utils?|helpers?|types|common|misc|manager|shared)\.tsx?$/;

/** A failure's sentence is for people: what to do next depends on its code and data alone. */
const SENTENCE_COMPARED =
  /\.message\s*(?:===|!==)|\bmessage\s*(?:===|!==)\s*(?!null|undefined)\w|\bmessage\.(?:startsWith|endsWith|includes|indexOf|match|search)\(|(?:\.message|Message\([^)]*\))\.replace\(|\.includes\((?:\w+\.)?message\)|(?:===|!==) describe\w+\(|\.test\([^)]*\.message\)/;

/** An argument may be called: it is the import that reaches for the system's. */
const IMPURE = /\bDate\.now\(|\bnew Date\(\)|^import .*\brandomBytes\b.*"node:crypto"/;

/** In core, which has no way to either, `randomBytes` is an argument; tests make what they need. */
const CLOCKLESS_OR_TEST = /^packages\/(?:core|testing)\//;

/** Words that only this project would know, and what the field says instead: CONTRIBUTING.md, "The words". */
const PRIVATE_WORDS = {
  carry: "transport",
  carrier: "transport",
  deed: "action",
  door: "gateway",
  farewell: "exit reason",
  ground: "fixture",
  hear: "receive",
  heard: "received",
  hurt: "broken",
  mend: "fix",
  paper: "layout",
  road: "origin",
  sought: "wanted",
  stock: "seed",
  surroundings: "layout",
  tell: "notify",
  told: "observer",
  wish: "command",
};

/** Names that need such a word in its usual sense. */
const privateWordsIn = [];

/** Documents whose paths must exist; the changelog also names those of the past. */
const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root }).filter(
  (file) => file !== "CHANGELOG.md",
);

/** In backticks in documents, and like a path of this repository: of a user's files, or generated. */
const foreignPaths = ["credentials.json", "bench/results"];

const COMMENT = /^\s*(?:\/\/|\/?\*)/;

const files = globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root }).sort();
const lines = new Map(
  files.map((file) => [file, withWholeImports(readFileSync(join(root, file), "utf8")).split("\n")]),
);

/** Each import in one line, so that a rule sees what is taken from where. No line after it moves. */
function withWholeImports(text) {
  return text.replace(/^import [^;]*;/gm, (statement) => {
    const parts = statement.split(/\n\s*/);
    return parts.join(" ") + "\n".repeat(parts.length - 1);
  });
}

const problems = [
  ...lengths(),
  ...names(),
  ...excepted("compares or changes a sentence; use its code or data", SENTENCE_COMPARED, []),
  ...excepted("reads clock or randomness; take it as an argument", IMPURE, impureFiles),
  ...undocumented(),
  ...unlinkedDecisions(),
  ...privateWords(),
  ...missingPaths(),
  ...missingTests(),
  ...unnamedRooms(),
];
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function lengths() {
  const tooLong = files.flatMap((file) => {
    const length = lines.get(file).length - 1;
    const allowed = longFiles[file] ?? LONGEST;
    if (length > allowed) return [`${file}: ${length} lines; at most ${allowed}`];
    if (file in longFiles && length <= LONGEST) return [`${file}: is short by now; unlist it`];
    if (file in longFiles && length < allowed) return [`${file}: list it with ${length} lines`];
    return [];
  });
  const gone = Object.keys(longFiles).filter((file) => !lines.has(file));
  return [...tooLong, ...gone.map((file) => `${file}: is listed as long, and is not there`)];
}

function names() {
  return files
    .filter((file) => EMPTY_NAMES.test(basename(file)))
    .map((file) => `${file}: name it after what is inside`);
}

/** Lines of code, in files that are not excepted, that have what they should not; and exceptions outlived. */
function excepted(what, pattern, exceptions) {
  const hits = files.flatMap((file) =>
    lines.get(file).flatMap((line, index) => {
      if (pattern === IMPURE && CLOCKLESS_OR_TEST.test(file)) return [];
      const match = COMMENT.test(line) ? null : pattern.exec(line);
      return match === null ? [] : [{ file, line: index + 1, text: match[0] }];
    }),
  );
  return [
    ...hits
      .filter(({ file }) => !exceptions.includes(file))
      .map(({ file, line, text }) => `${file}:${line}: ${what}: ${text}`),
    ...exceptions
      .filter((file) => !hits.some((hit) => hit.file === file))
      .map((file) => `${file}: needs no exception any more; unlist it`),
  ];
}

/** What others import of core and of the client says what it means, takes and gives. */
function undocumented() {
  return files
    .filter((file) => /^packages\/(?:core|client)\/src\//.test(file))
    .flatMap((file) => {
      const text = lines.get(file);
      return text.flatMap((line, index) => {
        const [, name] = /^export (?:async )?function\*? (\w+)/.exec(line) ?? [];
        if (name === undefined || text[index - 1]?.trim().endsWith("*/")) return [];
        return [`${file}:${index + 1}: ${name} has no docstring`];
      });
    });
}

function unlinkedDecisions() {
  const index = readFileSync(join(root, "docs/adr/README.md"), "utf8");
  const decisions = globSync("docs/adr/[0-9]*.md", { cwd: root }).map((file) => basename(file));
  const linked = [...index.matchAll(/\]\(([^)]+\.md)\)/g)].map(([, file]) => file);
  return [
    ...decisions
      .filter((file) => !linked.includes(file))
      .map((file) => `docs/adr/README.md: does not link ${file}`),
    ...linked
      .filter((file) => !existsSync(join(root, "docs/adr", file)))
      .map((file) => `docs/adr/README.md: links ${file}, which is not there`),
  ];
}

/** Identifiers are checked, without the text of comments and strings. */
function privateWords() {
  const found = files.flatMap((file) =>
    lines.get(file).flatMap((line, index) => {
      const code = COMMENT.test(line) ? "" : line.replace(/"[^"]*"|'[^']*'|`[^`]*`|\/\/ .*/g, "");
      return [...code.matchAll(/[A-Za-z]+/g)].flatMap(([name]) => {
        const word = name
          .split(/(?=[A-Z])/)
          .map((part) => part.toLowerCase())
          .find((part) => Object.hasOwn(PRIVATE_WORDS, part));
        return word === undefined ? [] : [{ file, line: index + 1, name, word }];
      });
    }),
  );
  return [
    ...found
      .filter(({ name }) => !privateWordsIn.includes(name))
      .map(({ file, line, name, word }) => `${file}:${line}: ${name}: say ${PRIVATE_WORDS[word]}`),
    ...privateWordsIn
      .filter((name) => !found.some((hit) => hit.name === name))
      .map((name) => `${name}: needs no exception any more; unlist it`),
  ];
}

/** Paths in backticks may be relative to the repository or to any folder in it. */
function missingPaths() {
  const folders = "{packages/*/*,scripts,tests,bench,docs,.ci}";
  const known = globSync(
    ["*", ".*", "packages/*", folders, `${folders}/**`, "packages/*/{src,test}/**"],
    { cwd: root, exclude: (name) => /^(?:node_modules|dist)$/.test(basename(String(name))) },
  ).map((path) => `/${path}`);
  const isKnown = (path) => {
    const pattern = path.replaceAll(/[.+]/g, "\\$&").replaceAll("*", "[^/]*");
    const end = new RegExp(`/${pattern}$`);
    return known.some((candidate) => end.test(candidate));
  };
  const looksLikePath =
    /^(?!\/)[\w.@*/-]+\.(?:tsx?|mjs|md|json|sql|txt|py|svg|png)$|^(?:packages|scripts|tests|bench|docs)\/[\w.@*/-]+$/;
  return documents.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        [...line.matchAll(/`([^`]+)`/g)]
          .map(([, text]) => text.replace(/\/$/, ""))
          .filter((text) => looksLikePath.test(text) && !text.includes("/dist"))
          .filter((text) => !foreignPaths.includes(text) && !isKnown(text))
          .map((text) => `${file}:${index + 1}: there is no ${text}`),
      ),
  );
}

/** ARCHITECTURE.md names every package and every folder directly in its sources. */
function unnamedRooms() {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const rooms = globSync("packages/*/src/*/", { cwd: root, withFileTypes: true }).filter((room) =>
    room.isDirectory(),
  );
  const packages = globSync("packages/*/src", { cwd: root });
  return [
    ...packages.filter((path) => !text.includes(path)),
    ...rooms.map(({ name }) => `${name}/`).filter((name) => !text.includes(name)),
  ].map((name) => `ARCHITECTURE.md: does not name ${name}`);
}

/** The tests that docs/security-tests.md names, by file and title. */
function missingTests() {
  const text = readFileSync(join(root, "docs/security-tests.md"), "utf8");
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`: (.+) \|$/gm)]
    .filter(([, file, title]) => !readFileSync(join(root, file), "utf8").includes(title))
    .map(([, file, title]) => `docs/security-tests.md: ${file} has no test "${title}"`);
}
