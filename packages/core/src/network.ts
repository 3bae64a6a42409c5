// A client's network, the unit that limits count.

/**
 * What one client typically has: an IPv4 address, or the 64 bits before an IPv6 interface's own (RFC 4291, 2.5.4).
 * All notations of an address have the same network; an IPv4-mapped IPv6 address counts as IPv4.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [before = [], after = []] = address.split("::").map(groupsOf);
  const left = address.includes("::") ? Math.max(0, 8 - before.length - after.length) : 0;
  const groups = [...before, ...Array<number>(left).fill(0), ...after];
  const isMapped = groups.slice(0, 6).join() === "0,0,0,0,0,65535";
  if (isMapped) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]);
    return bytes.join(".");
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}

/** The last two may be written as an IPv4 address. */
function groupsOf(half: string): number[] {
  return half
    .replace(/%.*$/, "")
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) => {
      if (!group.includes(".")) return [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
      return [a * 256 + b, c * 256 + d];
    });
}
