import { networkOf } from "@latchkey/core";

// Well-formed but unknown tokens cost a database lookup each. Limits how many of those an address may cause,
// counted in memory, in windows of a minute.

const WINDOW_MS = 60_000;
/** 10 a second is nothing for the database, and more than a client sends whose keys were deleted. */
export const MISSES_PER_WINDOW = 600;
/** Beyond that the oldest address is forgotten: a client with so many can't be limited anyway. */
export const MAX_ADDRESSES = 10_000;

export type MissLimit = {
  /** Seconds until this address may present unknown tokens again, or 0. */
  waitSeconds(address: string | null): number;
  /** Counts a token that turned out unknown. */
  count(address: string | null): void;
  /** How many addresses are counted now. */
  readonly size: number;
};

/**
 * @param now milliseconds of a monotonic clock
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
