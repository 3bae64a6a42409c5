import type { ErrorCode } from "@latchkey/core";
import { exitCodes } from "../cli/exit-code.ts";

/** Why a client is disconnected, in a sentence for people, and the exit code for scripts. */
export type ExitReason = { readonly sentence: string; readonly exitCode: number };

/** What runs on one channel: the terminal, or a command. */
export type Visit = {
  /** Its exit code, once it has ended and written everything. */
  readonly done: Promise<number>;
  /** Like Ctrl-C on a terminal: ends what would last forever. */
  readonly interrupt: () => void;
  /** Ends it in good order, whatever it is doing. */
  readonly leave: (exitReason: ExitReason) => void;
};

const because = (code: ErrorCode, sentence: string): ExitReason => ({
  sentence,
  exitCode: exitCodes[code],
});

export const exitReasons = {
  stopping: because("UNAVAILABLE", "The server stops. Connect again in a moment."),
  over: because("UNAUTHENTICATED", "Your session was ended. Connect again if you still may."),
  idle: because("UNAUTHENTICATED", "You were away for long, so your session was ended."),
  expired: because("UNAUTHENTICATED", "Your session has reached its longest time. Connect again."),
  flooded: because("UNAVAILABLE", "Your connection is too slow for what is written."),
} as const;
