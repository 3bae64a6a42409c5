import { isIP, isIPv6 } from "node:net";

/** What one client holds: an IPv4 address, or the 64 bits before an IPv6 interface's own. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const halves = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const [before = [], after = []] = halves;
  const left = halves.length === 1 ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(left).fill("0"), ...after].slice(0, 4).join(":");
}

/** Whether a text is an address, or a network of them as `address/bits`. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
  );
}
