import type { Principal } from "@latchkey/core";

// How many watches there are: each takes a connection and some memory.

const MOST = 1000;
/** For a fleet that shares one key, or the terminals of one login. */
const MOST_OF_ONE = 100;

export type Watches = {
  /** Takes a slot; returns a function that releases it, or `null` if there is none. */
  readonly enter: (principal: Principal) => (() => void) | null;
  readonly count: () => number;
};

export function countedWatches(): Watches {
  const counts = new Map<string, number>();
  let all = 0;
  return {
    enter(principal) {
      const credential = credentialOf(principal);
      const ofOne = counts.get(credential) ?? 0;
      if (all >= MOST || ofOne >= MOST_OF_ONE) return null;
      all += 1;
      counts.set(credential, ofOne + 1);
      return () => {
        all -= 1;
        const left = (counts.get(credential) ?? 1) - 1;
        if (left === 0) counts.delete(credential);
        else counts.set(credential, left);
      };
    },
    count: () => all,
  };
}

function credentialOf(principal: Principal): string {
  switch (principal.kind) {
    case "key":
      return principal.keyId;
    case "session":
      return principal.sessionId;
    case "operator":
      return principal.userId;
  }
}
