import { networkOf } from "@latchkey/core";

// Tokens that hold together and yet are unknown cost a look into the database each. How many of those
// an address may ask for, counted in memory, in windows of a minute.

const WINDOW_MS = 60_000;
/** 10 a second is nothing to the database, and more than a client comes to that lost its keys. */
export const MISSES_PER_WINDOW = 600;
/** Past that the address longest known is forgotten: whoever has so many is not held up by any limit. */
export const MAX_ADDRESSES = 10_000;

export type MissLimit = {
  /** Seconds until this address may ask for what is not known, or 0 where it may now. */
  waitSeconds(address: string | null): number;
  /** Counts a token that turned out unknown. */
  count(address: string | null): void;
  /** Addresses held just now. */
  readonly size: number;
};

/**
 * @param now milliseconds of a clock that never goes back
 * @param onReached called with the address whose last miss in this window it was
 */
export function missLimit(
  now: () => number,
  onReached: (address: string | null) => void = () => {},
): MissLimit {
  const misses = new Map<string, number>();
  let windowEnds = 0;
  const openWindow = () => {
    if (now() < windowEnds) return;
    misses.clear();
    windowEnds = now() + WINDOW_MS;
  };
  return {
    waitSeconds(address) {
      openWindow();
      const counted = misses.get(networkOf(address ?? "")) ?? 0;
      return counted < MISSES_PER_WINDOW ? 0 : Math.ceil((windowEnds - now()) / 1000);
    },
    count(address) {
      openWindow();
      const network = networkOf(address ?? "");
      if (!misses.has(network) && misses.size >= MAX_ADDRESSES) {
        const [oldest] = misses.keys();
        misses.delete(oldest as string);
      }
      const counted = (misses.get(network) ?? 0) + 1;
      misses.set(network, counted);
      if (counted === MISSES_PER_WINDOW) onReached(address);
    },
    get size() {
      return misses.size;
    },
  };
}
