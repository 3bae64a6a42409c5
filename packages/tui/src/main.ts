#!/usr/bin/env node
import type { Opening } from "./connection/connection.ts";
import { keepCompiled } from "./cli/compile-cache.ts";

// The `latchkey` command: the terminal UI, or one command. What isn't needed isn't loaded.

// All its files are for this account only, the database's too.
process.umask(0o077);
keepCompiled();

const args = process.argv.slice(2);
// A command reports if its answer could not be written; beyond that there is nobody to notify, and a closed log or
// terminal ends nothing by itself.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

async function openTerminal(opening: Opening): Promise<number> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    process.stderr.write(
      "The terminal UI needs a terminal. In scripts use the commands: latchkey --help lists them.\n",
    );
    return 2;
  }
  const { openOnScreen } = await import("./app/open-on-screen.ts");
  return openOnScreen(opening);
}

async function main(): Promise<number> {
  if (args.length === 0) {
    const loading = import("./connection/connect.ts");
    return openTerminal({ connect: async () => (await loading).connect(process.env, {}) });
  }
  const [{ runProgram }, { processConsole }] = await Promise.all([
    import("./cli/program.ts"),
    import("./cli/console.ts"),
  ]);
  return runProgram(args, processConsole(), openTerminal);
}

process.exitCode = await main();
