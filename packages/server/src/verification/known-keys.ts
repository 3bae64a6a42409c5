import {
  cacheChangeOf,
  coalesce,
  databaseClock,
  digestToken,
  type Pepper,
  type PresentedToken,
  verificationCache,
} from "@latchkey/core";
import type { Feed } from "../events/feed.ts";
import { Outage } from "../faults/outage.ts";
import type { FoundKeys } from "../store/port/keys.ts";
import { KnownKey } from "./known-key.ts";
import type { StoredEvent } from "../store/port/log.ts";
import { RowTampered } from "../faults/row-tampered.ts";

// Finds the key of a presented token: in memory if that is current, else in the database.

const MAX_RECORDS = 1_000_000;
const MAX_UNKNOWN = 10_000;
/** The greatest staleness, once no changes are received any more. */
const MAX_STALE_MS = 5000;
const READS = {
  atOnce: 2,
  most: 500,
  waiting: 20_000,
  busy: () => new Outage("busy"),
  schedule: setImmediate,
};

export type Found = {
  /** `null` if no key has this token. */
  readonly key: KnownKey | null;
  /** The database's clock, by which the key is judged. */
  readonly now: Date;
};

/** With the log's `seq` of the read. */
export type FoundAsOf = Found & { readonly seq: number };

export type KnownKeys = {
  /** From memory, at once; `undefined` if it must be read. */
  readonly peek: (token: PresentedToken) => Found | undefined;
  /** From the database, into memory: for what `peek` does not know. May throw `Outage`. */
  readonly find: (token: PresentedToken) => Promise<Found>;
  /** From the database alone. May throw `Outage`. */
  readonly read: (token: PresentedToken) => Promise<FoundAsOf>;
  /** What is found for no token: no key, as the log stands. May throw `Outage`. */
  readonly none: () => Promise<FoundAsOf>;
  /** Evicts what these events are about, before the change is answered. */
  readonly apply: (events: readonly StoredEvent[]) => void;
  /** For metrics. */
  readonly statistics: () => KnownKeysStatistics;
};

type KnownKeysStatistics = {
  readonly hits: number;
  readonly misses: number;
  readonly records: number;
  readonly unknown: number;
};

export type KnownKeysOptions = {
  readonly pepper: Pepper;
  readonly findKeys: (digests: readonly string[]) => Promise<FoundKeys>;
  readonly feed: Feed;
};

export function knownKeys({ pepper, findKeys, feed }: KnownKeysOptions): KnownKeys {
  const cache = verificationCache<KnownKey>({
    maxRecords: MAX_RECORDS,
    maxUnknown: MAX_UNKNOWN,
    maxStaleMs: MAX_STALE_MS,
  });
  const clock = databaseClock();
  let hits = 0;
  let misses = 0;

  const apply = (events: readonly StoredEvent[]) => {
    for (const event of events) {
      const change = cacheChangeOf(event);
      if (change !== null) cache.apply(change);
    }
  };
  feed.follow({
    events: apply,
    beat: (beat) => {
      clock.observe(beat);
      cache.confirm(beat.sent);
    },
    reset: cache.flush,
  });

  const readOne = coalesce(async (digests) => {
    const { keys, asOf } = await findKeys(digests);
    return (digest) => {
      const found = keys.get(digest);
      // Once for all who ask: its uses are noted on it.
      const key = found === undefined || found instanceof RowTampered ? found : new KnownKey(found);
      return { key: key ?? null, now: asOf.at, seq: asOf.seq };
    };
  }, READS);
  const read = async (token: PresentedToken) => {
    const digest = digestToken(pepper, token.reveal());
    const { key, ...asOf } = await readOne(Buffer.from(digest).toString("hex"));
    // Here, so that it fails only its own caller.
    if (key instanceof RowTampered) throw key;
    return { key, ...asOf };
  };

  return {
    peek(token) {
      // There would be no evictions: what was read is then of use only for its reader.
      if (feed.state() === "off") return undefined;
      const at = performance.now();
      const key = cache.find(token.name, at);
      if (key === undefined) return undefined;
      const now = clock.now(at);
      if (now === null) return undefined;
      hits += 1;
      return { key, now };
    },
    async find(token) {
      misses += 1;
      const fill = cache.begin(performance.now());
      const { key, now, seq } = await read(token);
      cache.store(fill, token.name, key, seq);
      return { key, now };
    },
    read,
    async none() {
      // It needs no query as long as the log is followed.
      const [seq, now] = [feed.seq(), clock.now(performance.now())];
      if (feed.state() !== "off" && seq !== null && now !== null) return { key: null, now, seq };
      const { asOf } = await findKeys([]);
      return { key: null, now: asOf.at, seq: asOf.seq };
    },
    apply,
    statistics: () => ({ hits, misses, ...cache.size() }),
  };
}
