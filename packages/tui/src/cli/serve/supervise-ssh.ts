import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CommandError } from "../../connection/command-error.ts";
import type { PrivateGateway } from "../../connection/on-this-machine.ts";
import {
  BEAT_MS,
  type FromProcess,
  type SshSettings,
  STOP_MS,
  type ToProcess,
} from "./ssh-messages.ts";

// Keeps the SSH process running. One that hangs is killed, one that ended is started again.

export type SshProcess = {
  readonly port: number;
  /** The fingerprint of its current host key. */
  readonly hostKey: () => string;
  /** Disconnects everybody in good order; kills a process that does not exit. */
  readonly close: () => Promise<void>;
};

type SuperviseOptions = Omit<SshSettings, "socketPath"> & {
  readonly gateway: PrivateGateway;
  /** What is run. */
  readonly entry?: string;
  readonly bounds?: Partial<SuperviseBounds>;
};

type SuperviseBounds = {
  /** After this long without a sign of life it counts as hung. */
  readonly silenceMs: number;
  /** The pause before a restart: the first, and the longest. It doubles from end to end. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** After running for this long, the pause is the first again. */
  readonly stableMs: number;
  readonly stopMs: number;
};

const BOUNDS: SuperviseBounds = {
  silenceMs: 10 * BEAT_MS,
  firstPauseMs: 250,
  longestPauseMs: 30_000,
  stableMs: 60_000,
  // It exits by itself before.
  stopMs: STOP_MS + 1000,
};

/** Of JavaScript's heap: docs/ssh.md says how it was chosen. */
const HEAP_MB = 512;
/** Nothing else of the environment, which may contain secrets, is needed there. */
const ENVIRONMENT = ["TZ", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "NODE_COMPILE_CACHE"];

/** @throws CommandError if it can't listen */
export async function superviseSsh(options: SuperviseOptions): Promise<SshProcess> {
  const { gateway } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  const closing = new AbortController();
  let running = launch(options, bounds);
  let { port, hostKey } = await running.listens;

  const keepRunning = async (): Promise<void> => {
    let pauseMs = 0;
    for (;;) {
      const { ranMs, ...end } = await running.ended;
      if (closing.signal.aborted) return;
      const isStable = pauseMs === 0 || ranMs >= bounds.stableMs;
      pauseMs = isStable ? bounds.firstPauseMs : Math.min(2 * pauseMs, bounds.longestPauseMs);
      gateway.processEnded({ ...end, restartsInMs: pauseMs });
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      running = launch({ ...options, port }, bounds);
      // Its end is reported above.
      running.listens.then(
        (listens) => (hostKey = listens.hostKey),
        () => {},
      );
    }
  };
  const kept = keepRunning();
  return {
    port,
    hostKey: () => hostKey,
    close: async () => {
      closing.abort();
      await running.stop();
      await kept;
    },
  };
}

type Listens = { readonly port: number; readonly hostKey: string };
type End = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly hung: boolean;
  readonly refusal: string | undefined;
  readonly ranMs: number;
};

function launch(
  { gateway, entry = ENTRY, hostKeyFile, host, port }: SuperviseOptions,
  { silenceMs, stopMs }: SuperviseBounds,
) {
  const began = performance.now();
  const child = fork(entry, {
    execArgv: [...process.execArgv, `--max-old-space-size=${HEAP_MB}`],
    env: Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
    // Its standard error is the server's: for the runtime's own last words.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });
  // From messages to a process that is ending.
  child.on("error", () => {});
  const send = (message: ToProcess) => child.connected && child.send(message, () => {});
  let hung = false;
  let refusal: Extract<FromProcess, { type: "refusal" }> | undefined;

  // Counted rather than timed: if this process was blocked too, that says nothing about the other.
  let silentBeats = 0;
  const watchdog = setInterval(() => {
    silentBeats += 1;
    if (silentBeats * BEAT_MS < silenceMs) return;
    hung = true;
    child.kill("SIGKILL");
  }, BEAT_MS);
  const ended = endOf(child).then(([code, signal]): End => {
    clearInterval(watchdog);
    const ranMs = performance.now() - began;
    return { code, signal, hung, refusal: refusal?.message, ranMs };
  });
  const listens = new Promise<Listens>((listening, failed) => {
    child.on("message", (message: FromProcess) => {
      silentBeats = 0;
      switch (message.type) {
        case "beat":
          return;
        case "listens":
          gateway.processListens({ pid: child.pid as number, port: message.port });
          return listening(message);
        case "refusal":
          refusal = message;
          return;
        case "refused":
          return gateway.refused(...message.attempt);
        case "defect":
          return gateway.defect(message.error);
      }
    });
    void ended.then(({ code, signal }) => {
      const why = `The SSH process ended before it listened (${signal ?? code}).`;
      failed(new CommandError(refusal?.code ?? "INTERNAL", refusal?.message ?? why));
    });
  });
  send({
    type: "listen",
    settings: { socketPath: gateway.socketPath, hostKeyFile, host, port },
  });
  return {
    listens,
    ended,
    stop: async () => {
      send({ type: "stop" });
      const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Placed beside the bundle by the build. */
const ENTRY = fileURLToPath(new URL("./ssh-process.js", import.meta.url));

function endOf(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  return new Promise((ended) => {
    child.once("exit", (code, signal) => ended([code, signal]));
    // It did not even start.
    if (child.pid === undefined) child.once("error", () => ended([null, null]));
  });
}
