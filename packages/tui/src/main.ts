#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import type { Place } from "./installation/connect.ts";

// The `latchkey` command: the terminal UI, or one command. What isn't needed isn't loaded.

enableCompileCache();

const args = process.argv.slice(2);

async function openTerminal(options: Place): Promise<number> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    process.stderr.write(
      "The terminal UI needs a terminal. In scripts use the commands: latchkey --help lists them.\n",
    );
    return 2;
  }
  const { openOnScreen } = await import("./screen.ts");
  return openOnScreen(options);
}

async function main(): Promise<number> {
  if (args.length === 0) return openTerminal({});
  const [{ runProgram }, { processConsole }] = await Promise.all([
    import("./cli/program.ts"),
    import("./cli/console.ts"),
  ]);
  return runProgram(args, processConsole(), openTerminal);
}

process.exitCode = await main();
