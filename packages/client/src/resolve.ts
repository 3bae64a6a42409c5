import {
  cacheName,
  coalesce,
  CompactRecord,
  type DatabaseClock,
  type Fill,
  sharedParts,
  type VerificationCache,
} from "@latchkey/core";
import type { Resolved } from "./wire.ts";
import { isAnswer, LocalFailure, localFailureOf } from "./call-error.ts";
import type { LatchkeyClient } from "./contract.ts";

// Asks the server about tokens: many lookups in few requests, each result into the cache.

/** Ten go in one request. */
const READS = { atOnce: 8, most: 10, waiting: 20_000, schedule: setImmediate };
/** How long an answer may take. */
const ANSWER_MS = 3000;

export type Resolution = {
  readonly record: CompactRecord | null;
  /** When it was so, by the database's clock. */
  readonly at: Date;
  /** Whether it is as new as all changes that were received. */
  readonly isCurrent: boolean;
};

export type ResolveOptions = {
  readonly cache: VerificationCache<CompactRecord>;
  readonly clock: DatabaseClock;
  readonly monotonic: () => number;
};

type Settled = { readonly answer: Resolution } | { readonly error: unknown };

/** Throws what the call threw; UNAVAILABLE if no answer came. */
export function resolver(
  { keys }: Pick<LatchkeyClient, "keys">,
  { cache, clock, monotonic }: ResolveOptions,
): (token: string) => Promise<Resolution> {
  const shared = sharedParts();

  const recordOf = (known: NonNullable<Resolved["record"]>): CompactRecord => {
    const { expiresAt, revokedAt, scopes } = known;
    return new CompactRecord({
      ...known,
      ownerId: shared.ownerId(known.ownerId),
      scopes: shared.scopes(scopes),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      revokedAt: revokedAt === null ? null : new Date(revokedAt),
    });
  };

  const resolve = async (token: string, fill: Fill, signal: AbortSignal): Promise<Settled> => {
    try {
      const { record: onWire, asOf } = await askTwice(token, signal);
      const at = new Date(asOf.at);
      clock.observe({ at, sent: fill.at, received: monotonic() });
      const record = onWire === null ? null : recordOf(onWire);
      const isKept = cache.store(fill, cacheName(token), record, asOf.seq);
      // Emptied meanwhile, the cache no longer has the changes to compare it with.
      const isCurrent = isKept && cache.begin(fill.at).generation === fill.generation;
      return { answer: { record, at, isCurrent } };
    } catch (error) {
      return { error };
    }
  };

  const askTwice = async (token: string, signal: AbortSignal): Promise<Resolved> => {
    const ask = () => unlessAborted(keys.resolve.mutate({ token }, { signal }), signal);
    try {
      // The server may just have closed the connection: a retry gets a new one, and changes nothing.
      return await ask().catch((error: unknown) => {
        if (isAnswer(error) || signal.aborted) throw error;
        return ask();
      });
    } catch (error) {
      if (isAnswer(error)) throw error;
      const local = localFailureOf(error);
      if (local !== null) throw local;
      throw new LocalFailure({ code: "UNAVAILABLE", why: "unreachable" }, { cause: error });
    }
  };

  const read = coalesce<Settled>(
    async (tokens) => {
      const fill = cache.begin(monotonic());
      const signal = AbortSignal.timeout(ANSWER_MS);
      const settled = new Map<string, Settled>();
      await Promise.all(
        tokens.map(async (token) => settled.set(token, await resolve(token, fill, signal))),
      );
      return (token) => settled.get(token) as Settled;
    },
    { ...READS, busy: () => new LocalFailure({ code: "UNAVAILABLE", why: "busy" }) },
  );

  return async (token) => {
    const settled = await read(token);
    if ("error" in settled) throw settled.error;
    return settled.answer;
  };
}

/** A `fetch` whose `Request` was garbage-collected no longer gets its signal (Node 24). */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
