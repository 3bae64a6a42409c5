import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import { type Figure, median } from "./figure.ts";

// From the start of the built command in a pseudo-terminal to what a person sees.

const LATCHKEY = fileURLToPath(new URL("../packages/tui/dist/latchkey.js", import.meta.url));
const RUNS = 7;
const PAINTED = "No secret API keys yet.";

type Painted = { readonly something: number; readonly list: number };

/** Milliseconds until the first bytes, and until the list stands there. */
async function paint(
  dataDir: string,
  keepOpen?: (quit: () => Promise<void>) => void,
): Promise<Painted> {
  const started = performance.now();
  const pty = spawn(process.execPath, [LATCHKEY], {
    name: "xterm-256color",
    cols: 100,
    rows: 30,
    env: { ...process.env, LATCHKEY_DATA_DIR: dataDir, CI: "" },
  });
  let written = "";
  let something = 0;
  const exited = new Promise<void>((done) => pty.onExit(() => done()));
  const list = await new Promise<number>((painted, failed) => {
    pty.onExit(() => failed(new Error(`ended before the list:\n${written}`)));
    pty.onData((data) => {
      if (written === "") something = performance.now() - started;
      written += data;
      if (written.includes(PAINTED)) painted(performance.now() - started);
    });
  });
  const quit = async () => {
    pty.write("q");
    await exited;
  };
  if (keepOpen === undefined) await quit();
  else keepOpen(quit);
  return { something, list };
}

/** What node itself needs to start and end. */
async function bareNode(): Promise<number> {
  const started = performance.now();
  const pty = spawn(process.execPath, ["-e", "0"], { name: "xterm-256color", cols: 80, rows: 24 });
  await new Promise<void>((done) => pty.onExit(() => done()));
  return performance.now() - started;
}

export async function firstPaint(): Promise<Figure[]> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const existing = join(root, "existing");
  const joined = join(root, "joined");
  const runs = {
    node: [] as number[],
    something: [] as number[],
    list: [] as number[],
    firstRun: [] as number[],
    joined: [] as number[],
  };
  try {
    // Not counted: it fills the compile cache and makes the folder.
    await paint(existing);
    let quitHolder = async () => {};
    await paint(joined, (quit) => {
      quitHolder = quit;
    });
    for (let run = 0; run < RUNS; run += 1) {
      runs.node.push(await bareNode());
      const again = await paint(existing);
      runs.something.push(again.something);
      runs.list.push(again.list);
      runs.firstRun.push((await paint(join(root, `new-${run}`))).list);
      runs.joined.push((await paint(joined)).list);
    }
    await quitHolder();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  const base = median(runs.node);
  const figure = (what: string, values: readonly number[], atMost?: number): Figure => {
    const middle = median(values);
    const bar = atMost === undefined ? {} : { atMost };
    return { what, unit: "ms", runs: values, median: middle, ratio: middle / base, ...bar };
  };
  return [
    figure("node starts and ends", runs.node),
    figure("something on the screen", runs.something, 150),
    figure("list, existing embedded database", runs.list, 1200),
    figure("list, very first run", runs.firstRun, 3000),
    figure("list, joined to a running terminal", runs.joined),
  ];
}
