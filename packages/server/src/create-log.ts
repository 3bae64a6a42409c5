import { pino } from "pino";
import type { Log, LogLevel } from "./log.ts";

/** Lines of JSON on standard error: standard output belongs to answers. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
