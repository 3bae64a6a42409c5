import type { SuspendTerminal } from "ink";

/**
 * Ctrl-Z: back to the shell; `fg` continues the application. Only on this process's own terminal: over a network
 * there is no shell behind it.
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
        // The whole foreground process group, npm included, so that the shell sees its job stop.
        process.kill(0, "SIGTSTP");
        await resumed;
      }).catch(() => {});
    },
  };
}
