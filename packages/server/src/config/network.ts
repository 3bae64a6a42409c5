import { isIP, isIPv6, SocketAddress } from "node:net";

/**
 * An IP address in canonical form, as sockets and proxies write it: without brackets, port or zone, and an
 * IPv4-mapped IPv6 address as IPv4.
 *
 * @returns `null` if the text is no address
 */
export function plainAddress(text: string): string | null {
  const [, bracketed] = /^\[(.*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  // The zone (RFC 4007) is a name of this machine's own.
  const address = (bracketed ?? beforePort ?? text).replace(/(?<=:.*)%.*$/, "");
  switch (isIP(address)) {
    case 4:
      return bracketed === undefined ? address : null;
    case 6: {
      const { address: canonical } = new SocketAddress({ address, family: "ipv6" });
      return canonical.replace(/^::ffff:(?=\d+\.)/, "");
    }
    default:
      return null;
  }
}

export type Network = {
  readonly address: string;
  readonly bits: number;
  readonly family: "ipv4" | "ipv6";
};

/** An address, or a network as `address/bits`; `null` if the text is neither. */
export function parseNetwork(text: string): Network | null {
  const [, given = "", digits] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const address = plainAddress(given);
  if (address === null || isIP(given) === 0) return null;
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  // An IPv4-mapped prefix includes the 96 bits of the mapping.
  const mapping = isIPv6(given) && family === "ipv4" ? 96 : 0;
  const bits = digits === undefined ? most : Number(digits) - mapping;
  return bits >= 0 && bits <= most ? { address, bits, family } : null;
}
