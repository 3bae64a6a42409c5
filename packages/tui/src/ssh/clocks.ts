import type { SshBounds } from "./bounds.ts";
import { exitReasons, type ExitReason } from "./visit.ts";

type Clocks = {
  readonly now: () => Date;
  readonly expiresAt: Date;
  readonly bounds: Pick<SshBounds, "idleMs" | "warningMs">;
  readonly warn: (text: string) => void;
  readonly leave: (exitReason: ExitReason) => void;
};

/** Warns, and then closes the terminal: after a long time without a key, and at the session's end. */
export function startClocks({
  now,
  expiresAt,
  bounds: { idleMs, warningMs },
  warn,
  leave,
}: Clocks) {
  const minutes = (ms: number) => (ms < 90_000 ? "a minute" : `${Math.round(ms / 60_000)} minutes`);
  const soon = minutes(warningMs);
  const left = expiresAt.getTime() - now().getTime();
  const atEnd = [
    setTimeout(warn, left - warningMs, `This session ends in ${soon}: its longest time is over.`),
    setTimeout(leave, left, exitReasons.expired),
  ];
  const idle = [
    setTimeout(warn, idleMs - warningMs, `This session ends in ${soon} unless you press a key.`),
    setTimeout(leave, idleMs, exitReasons.idle),
  ];
  return {
    touch: (): void => {
      for (const timer of idle) timer.refresh();
    },
    stop: (): void => {
      for (const timer of [...idle, ...atEnd]) clearTimeout(timer);
    },
  };
}
