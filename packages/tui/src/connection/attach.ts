import { setTimeout as sleep } from "node:timers/promises";
import {
  type EmbeddedOptions,
  requireOwnSocket,
  socketPathOf,
  StartRefused,
  startEmbedded,
} from "@latchkey/server";
import { type Transport, transportBy } from "@latchkey/client";
import { transportBySocket } from "./send.ts";

export type Attached = {
  /** Whether this process holds the folder, or uses the holder's socket. */
  readonly holds: boolean;
  readonly transport: Transport;
  readonly close: () => Promise<void>;
};

/**
 * A holder that starts or stops needs a moment, on a busy machine several seconds, and several may come and go
 * before this process gets the lock; one that neither answers nor ends for this long is stuck.
 */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 40;

/**
 * Reaches the embedded installation: as the holder of its folder, or through the holder's socket.
 *
 * @throws StartRefused if the folder does not allow it, or its holder does not answer
 */
export async function attach(options: EmbeddedOptions): Promise<Attached> {
  const { folder } = options;
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const embedded = await startEmbedded(options);
    if (embedded !== null) {
      return { holds: true, transport: transportBy(embedded.fetch), close: embedded.close };
    }
    const socketPath = await socketPathOf(folder);
    if (socketPath !== null) {
      requireOwnSocket(socketPath);
      const transport = transportBySocket(socketPath);
      if (await answers(transport)) return { holds: false, transport, close: async () => {} };
    }
    await sleep(PAUSE_MS);
  }
  throw new StartRefused(
    `Another process holds ${folder.path} but does not answer. End it, then start again.`,
  );
}

async function answers(transport: Transport): Promise<boolean> {
  const signal = AbortSignal.timeout(2000);
  try {
    const answer = await transport({
      url: "http://localhost/healthz",
      method: "GET",
      headers: {},
      signal,
    });
    return answer.ok;
  } catch {
    return false;
  }
}
