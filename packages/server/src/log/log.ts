import { type Logger, pino } from "pino";

export type Log = Logger;
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** The most that is buffered for a slow reader of the log; lines beyond it are dropped. */
const HELD_BYTES = 1024 * 1024;

/**
 * Lines of JSON on standard error: standard output is for answers. A server outlives its log: what can't be
 * written, as on a full disk or after its reader has closed it, is dropped. (Pino's own destination retries it
 * at the exit, endlessly.)
 */
export function createLog(level: LogLevel): Log {
  const { stderr } = process;
  if (stderr.listenerCount("error") === 0) stderr.on("error", () => {});
  const write = (line: string): void => {
    if (stderr.writableLength < HELD_BYTES) stderr.write(line);
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}
