import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";
import type { runTerminal as RunTerminal } from "../src/app/terminal.tsx";
import { createDemonstration } from "./demonstration.ts";
import { DEMONSTRATION_NOW } from "./examples.ts";
import { type Ground, toPng, toSvg } from "./picture.ts";
import { createVirtualTerminal, type VirtualTerminal } from "./virtual-terminal.ts";

// Makes docs/pictures/*.png out of the real screens, with an obviously fake key and token.

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const COLUMNS = 92;
const ROWS = 18;

type Picture = {
  readonly name: string;
  /** What is typed, each once the text before it is on the screen. */
  readonly steps: readonly (readonly [seen: string, typed: string])[];
  readonly seen: string;
};

const pictures: readonly Picture[] = [
  { name: "list", steps: [], seen: "Old laptop" },
  {
    name: "created-key",
    steps: [
      ["Old laptop", "n"],
      ["What will use it?", "Release robot\u0013"],
    ],
    seen: "This is the only time",
  },
];

/** Node runs TypeScript but no JSX, so the screens are bundled first. */
async function loadTerminal(): Promise<typeof RunTerminal> {
  const outDir = here("../dist/pictures");
  await build({
    config: false,
    cwd: here(".."),
    entry: { terminal: "src/app/terminal.tsx" },
    outDir,
    format: "esm",
    platform: "node",
    dts: false,
    logLevel: "error",
    fixedExtension: false,
  });
  const { runTerminal } = await import(pathToFileURL(join(outDir, "terminal.js")).href);
  return runTerminal;
}

async function take(runTerminal: typeof RunTerminal, picture: Picture, ground: Ground) {
  const terminal = createVirtualTerminal(COLUMNS, ROWS);
  const { connection } = createDemonstration();
  const left = runTerminal({
    connect: async () => connection,
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    env: { TERM: "xterm-256color", COLORTERM: "truecolor", LATCHKEY_THEME: ground },
    now: () => DEMONSTRATION_NOW,
  });
  for (const [seen, typed] of picture.steps) {
    await shows(terminal, seen);
    terminal.type(typed);
  }
  await shows(terminal, picture.seen);
  await shows(terminal, "· live");
  const png = toPng(toSvg(terminal, ground));
  // Twice: over a token that was neither shown nor copied the first one only asks.
  terminal.type("\u0003\u0003");
  await left;
  return png;
}

function shows(terminal: VirtualTerminal, text: string): Promise<string[]> {
  return terminal.until(text, (lines) => lines.some((line) => line.includes(text)));
}

const runTerminal = await loadTerminal();
const folder = here("../../../docs/pictures");
mkdirSync(folder, { recursive: true });
for (const picture of pictures) {
  for (const ground of ["dark", "light"] as const) {
    const path = join(folder, `${picture.name}-${ground}.png`);
    writeFileSync(path, await take(runTerminal, picture, ground));
    console.log(path);
  }
}
