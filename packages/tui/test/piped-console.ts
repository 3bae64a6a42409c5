import type { Console } from "../src/cli/console.ts";
import { connect } from "../src/connection/connect.ts";

/** A console of a program, not of a person: what was written to it can be read. */
export function pipedConsole(): { console: Console; out: () => string; err: () => string } {
  const out: string[] = [];
  const err: string[] = [];
  const console: Console = {
    stdin: process.stdin,
    out: async (text) => void out.push(`${text}\n`),
    isOutClosed: false,
    err: (text) => err.push(`${text}\n`),
    interactive: false,
    screen: null,
    status: null,
    env: {},
    now: () => new Date(),
    prompts: process.stderr,
    isLocal: true,
    connect: (place) => connect({}, place),
    onInterrupt: () => () => {},
  };
  return { console, out: () => out.join(""), err: () => err.join("") };
}
