import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import type { Road } from "./services/services.ts";

// From where a request over TCP came: the socket's other end, or what a trusted proxy says of it.

/**
 * @param trustedProxies addresses and networks (CIDR) whose `X-Forwarded-For` is believed
 * @returns the road of a request, from the Node request in its `env`
 */
export function httpRoad(
  trustedProxies: readonly string[],
): (request: Request, env: unknown) => Road {
  const trusted = blockList(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return (request, env) => {
    const { incoming } = env as { incoming: IncomingMessage };
    let address = plain(incoming.socket.remoteAddress ?? "");
    const hops = (request.headers.get("x-forwarded-for") ?? "")
      .split(",")
      .map((hop) => plain(hop.trim()));
    // Each trusted hop vouches for the one before it; the first that isn't trusted is the client.
    while (hops.length > 0 && address !== "" && isTrusted(address)) {
      const before = hops.pop() ?? "";
      if (!isAddress(before)) break;
      address = before;
    }
    return { via: "http", address: address === "" ? null : address };
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
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

function isAddress(text: string): boolean {
  return isIPv6(text) || /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}
