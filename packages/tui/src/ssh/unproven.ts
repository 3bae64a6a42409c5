import type { Socket } from "node:net";
import { networkOf } from "@latchkey/core";
import type { SshBounds } from "./bounds.ts";

/**
 * The unauthenticated connections. If there are too many, the oldest is closed: a client with a key needs only a
 * moment, and idle ones can't keep anybody out.
 */
export function unprovenConnections(
  bounds: Pick<SshBounds, "unproven" | "unprovenPerNetwork" | "authenticateMs">,
  refused: (why: "slow" | "crowded", address: string | null) => void,
) {
  /** In the order they came. */
  const waiting = new Map<Socket, { readonly address: string | null; timer: NodeJS.Timeout }>();
  /** By network: an IPv6 client has 2^64 addresses. */
  const perNetwork = new Map<string, Set<Socket>>();

  const forget = (socket: Socket): void => {
    const known = waiting.get(socket);
    if (known === undefined) return;
    clearTimeout(known.timer);
    waiting.delete(socket);
    const network = networkOf(known.address ?? "");
    const alike = perNetwork.get(network);
    alike?.delete(socket);
    if (alike?.size === 0) perNetwork.delete(network);
  };
  const sendAway = (socket: Socket, why: "slow" | "crowded"): void => {
    const { address = null } = waiting.get(socket) ?? {};
    forget(socket);
    socket.destroy();
    refused(why, address);
  };
  const makeRoom = (among: Iterable<Socket>): void => {
    const [oldest] = among;
    if (oldest !== undefined) sendAway(oldest, "crowded");
  };

  return {
    add(socket: Socket, address: string | null): void {
      const network = networkOf(address ?? "");
      const alike = perNetwork.get(network) ?? new Set();
      if (alike.size >= bounds.unprovenPerNetwork) makeRoom(alike);
      else if (waiting.size >= bounds.unproven) makeRoom(waiting.keys());
      const timer = setTimeout(() => sendAway(socket, "slow"), bounds.authenticateMs);
      waiting.set(socket, { address, timer });
      perNetwork.set(network, alike.add(socket));
      socket.once("close", () => forget(socket));
    },
    /** It has authenticated. */
    proven: forget,
    end(): void {
      for (const socket of waiting.keys()) socket.destroy();
    },
  };
}
