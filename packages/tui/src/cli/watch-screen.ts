import { clock } from "../format/time.ts";
import { truncate } from "../format/width.ts";
import type { AnswerScreen, Console } from "./console.ts";

/** Where answers go during a watch. */
export type WatchView<Value> = {
  /** Resolves once it is written; rejects with `NotWritten`. */
  readonly show: (value: Value) => Promise<void>;
  readonly lost: (since: Date) => void;
  /** The log was truncated, as by a restore: what is shown next is read from scratch. */
  readonly restarted: () => void;
  readonly close: () => void;
};

export type Shown<Value> = {
  /** How many of what, for the first line. */
  readonly head: (value: Value) => string;
  readonly text: (value: Value) => string;
};

const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const TO_LINE_END = "\u001B[K";
const TO_SCREEN_END = "\u001B[J";
/** `2 min ago` moves on without a change. */
const AGEING_MILLISECONDS = 30_000;

/** The alternate screen; the normal one is restored at the end, with the last list below. */
export function watchOnScreen<Value>(
  screen: AnswerScreen,
  now: () => Date,
  { head, text }: Shown<Value>,
): WatchView<Value> {
  let shown: { readonly value: Value } | null = null;
  let lostSince: Date | null = null;
  let restartedAt: Date | null = null;
  const draw = (): void => {
    const word = lostSince === null ? "live" : `not reachable since ${clock(lostSince)}`;
    const cut = restartedAt === null ? "" : ` · log cut, read anew at ${clock(restartedAt)}`;
    const first = shown === null ? "" : `${head(shown.value)} · ${word}${cut} · Ctrl-C ends`;
    const lines = [first, "", ...(shown === null ? ["Loading…"] : text(shown.value).split("\n"))];
    const seen = lines.slice(0, screen.rows).map((line) => truncate(line, screen.columns));
    screen.write(HOME + seen.map((line) => line + TO_LINE_END).join("\r\n") + TO_SCREEN_END);
  };
  screen.write(ENTER);
  draw();
  const stopResizing = screen.onResize(draw);
  const ageing = setInterval(draw, AGEING_MILLISECONDS);
  return {
    show: async (value) => {
      shown = { value };
      lostSince = null;
      draw();
    },
    lost: (since) => {
      lostSince = since;
      draw();
    },
    restarted: () => {
      restartedAt = now();
      draw();
    },
    close: () => {
      stopResizing();
      clearInterval(ageing);
      screen.write(LEAVE);
      if (shown !== null) screen.write(`${text(shown.value)}\n`);
    },
  };
}

/** For programs: lines are appended. */
export function watchInLines<Value>(
  { status, err }: Pick<Console, "status" | "err">,
  show: (value: Value) => Promise<void>,
): WatchView<Value> {
  return {
    show,
    lost: (since) => status?.(`The server can't be reached since ${clock(since)}.`),
    restarted: () => err("The log was cut, as by a restore. What follows is read anew."),
    close: () => {},
  };
}
