import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import { parseNetwork, plainAddress } from "../config/network.ts";
import type { Origin } from "../use-cases/services.ts";

// The address of a TCP client: the socket's other end, or what a trusted proxy reports.

/** The address that a request counts for; `null` if the socket has none. */
export type AddressOf = (request: IncomingMessage) => string | null;

/** @param trustedProxies addresses and networks (CIDR) whose `X-Forwarded-For` is trusted */
export function clientAddress(trustedProxies: readonly string[]): AddressOf {
  const trusted = blockList(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return ({ socket, headers }) => {
    let address = plainAddress(socket.remoteAddress ?? "");
    const hops = String(headers["x-forwarded-for"] ?? "").split(",");
    // Each trusted hop vouches for the one before it; the first that isn't trusted is the client. If a hop reports
    // no address, the request counts for that hop.
    while (hops.length > 0 && address !== null && isTrusted(address)) {
      const before = plainAddress((hops.pop() ?? "").trim());
      if (before === null) break;
      address = before;
    }
    return address;
  };
}

/** The origin of a request over HTTP, whose Node request is in its `env`. */
export function httpOrigin(addressOf: AddressOf): (request: Request, env: unknown) => Origin {
  return (_, env) => {
    const { incoming } = env as { incoming: IncomingMessage };
    return { via: "http", address: addressOf(incoming) };
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network !== null) list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}
