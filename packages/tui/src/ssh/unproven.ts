import type { Socket } from "node:net";
import type { SshBounds } from "./bounds.ts";

/**
 * The connections that have not proven who they are. Where there are too many, the oldest goes: somebody
 * who has a key needs a moment, and those who only hold a place can't keep anybody out.
 */
export function unprovenConnections(
  bounds: Pick<SshBounds, "unproven" | "unprovenPerAddress" | "authenticateMs">,
  refused: (why: "slow" | "crowded", address: string | null) => void,
) {
  /** In the order they came. */
  const waiting = new Map<Socket, { readonly address: string | null; timer: NodeJS.Timeout }>();
  const perAddress = new Map<string | null, Set<Socket>>();

  const forget = (socket: Socket): void => {
    const known = waiting.get(socket);
    if (known === undefined) return;
    clearTimeout(known.timer);
    waiting.delete(socket);
    const alike = perAddress.get(known.address);
    alike?.delete(socket);
    if (alike?.size === 0) perAddress.delete(known.address);
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
      const alike = perAddress.get(address) ?? new Set();
      if (alike.size >= bounds.unprovenPerAddress) makeRoom(alike);
      else if (waiting.size >= bounds.unproven) makeRoom(waiting.keys());
      const timer = setTimeout(() => sendAway(socket, "slow"), bounds.authenticateMs);
      waiting.set(socket, { address, timer });
      perAddress.set(address, alike.add(socket));
      socket.once("close", () => forget(socket));
    },
    /** It has proven who it is. */
    proven: forget,
    end(): void {
      for (const socket of waiting.keys()) socket.destroy();
    },
  };
}
