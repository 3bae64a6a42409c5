import { redactTokens } from "@latchkey/core";
import { escape } from "../format/escape.ts";
import type { Connection, Opening, TerminalOptions } from "./connection.ts";

/** More of them say nothing new. */
const MOST_UNLOGGED = 10;

type Kept = Pick<Opening, "connect"> &
  Pick<TerminalOptions, "onDefect"> & {
    /** What could not be logged, as text, for when the screen is free again. */
    readonly unlogged: () => readonly string[];
  };

/** Keeps the defects of this process: in the log of the installation that it opens, if that is on this machine. */
export function keepDefects(connect: Opening["connect"]): Kept {
  const unlogged: string[] = [];
  let log: Connection["logDefect"];
  return {
    connect: async () => {
      const connection = await connect();
      log = connection.logDefect;
      return connection;
    },
    onDefect(error) {
      if (log !== undefined) log(error);
      else if (unlogged.length < MOST_UNLOGGED) unlogged.push(textOf(error));
    },
    unlogged: () => unlogged,
  };
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return redactTokens(text).split("\n").map(escape).join("\n");
}
