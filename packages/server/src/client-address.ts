import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import type { Road } from "./services/services.ts";

// From where a request over TCP came: the socket's other end, or what a trusted proxy says of it.

/** The address that a request counts for; `null` where the socket has none. */
export type AddressOf = (request: IncomingMessage) => string | null;

/** @param trustedProxies addresses and networks (CIDR) whose `X-Forwarded-For` is believed */
export function clientAddress(trustedProxies: readonly string[]): AddressOf {
  const trusted = blockList(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress ?? "");
    const forwardedFor = String(headers["x-forwarded-for"] ?? "");
    const hops = forwardedFor.split(",").map((hop) => plain(hop.trim()));
    // Each trusted hop vouches for the one before it; the first that isn't trusted is the client.
    while (hops.length > 0 && address !== "" && isTrusted(address)) {
      const before = hops.pop() ?? "";
      if (isIP(before) === 0) break;
      address = before;
    }
    return address === "" ? null : address;
  };
}

/** The road of a request over HTTP, whose Node request is in its `env`. */
export function httpRoad(addressOf: AddressOf): (request: Request, env: unknown) => Road {
  return (_, env) => {
    const { incoming } = env as { incoming: IncomingMessage };
    return { via: "http", address: addressOf(incoming) };
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** An IPv4 address that came over an IPv6 socket, as itself. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
