import type { SuspendTerminal } from "ink";

/**
 * Ctrl-Z: back to the shell, as it was; `fg` brings the application back. Only on the terminal of this
 * very process: over a network there is no shell behind it.
 */
export function createSuspend(stdin: NodeJS.ReadStream, suspends = true) {
  let suspendTerminal: SuspendTerminal | null = null;
  const possible = suspends && stdin === process.stdin && process.platform !== "win32";
  return {
    ready: (suspend: SuspendTerminal): void => {
      suspendTerminal = suspend;
    },
    now: (): void => {
      if (!possible || suspendTerminal === null) return;
      void suspendTerminal(async () => {
        const resumed = new Promise((resolve) => process.once("SIGCONT", resolve));
        // The whole foreground group, so that the shell sees its job stop, npm included.
        process.kill(0, "SIGTSTP");
        await resumed;
      }).catch(() => {});
    },
  };
}
