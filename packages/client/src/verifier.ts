import {
  type CompactRecord,
  cacheChangeOf,
  cacheName,
  databaseClock,
  isSessionToken,
  isToken,
  judge,
  mayBeToken,
  parseRequiredScopes,
  type VerifyOutcome,
  verificationCache,
} from "@latchkey/core";
import { authenticate, type Authenticated, type Authenticating } from "./authenticate.ts";
import { type CallError, LocalFailure } from "./call-error.ts";
import type { LatchkeyClient } from "./contract.ts";
import { followEvents } from "./follow-events.ts";
import { type Resolution, resolver } from "./resolve.ts";
import type { WatchItem } from "./wire.ts";

// Checks tokens inside this process: a key's record is requested once, and kept current by the log.

const MAX_RECORDS = 100_000;
const MAX_UNKNOWN = 10_000;
/** The greatest staleness; a shorter one can be configured, but no longer one. */
const MAX_STALE_MS = 5000;
/** After this long without a beat the cache is emptied. */
const SILENCE_MS = 3000;
/** How often a record is requested that is older than the changes already received. */
const TRIES = 3;
const NO_SCOPES: readonly string[] = [];

/** Whether the verifier is notified of changes. */
export type VerifierLink =
  | { readonly state: "live" }
  /** The cache is used for as long as it may be trusted; then each check asks the server. */
  | { readonly state: "lost"; readonly error: CallError };

export type VerifierOptions = {
  /** How many keys are kept at most, of about 400 bytes each; 100,000 by default. */
  readonly maxRecords?: number;
  /** How stale the cache may be, in milliseconds: at most 5000, the default. */
  readonly maxStaleMs?: number;
  /** Called when the connection is lost, and when it is live again. */
  readonly onLink?: (link: VerifierLink) => void;
  /** A clock in milliseconds that never goes back; the process's own by default. */
  readonly monotonic?: () => number;
};

export type Verifier = {
  /**
   * Whether a token is valid. Throws if it can't be checked, or an input is invalid: pass the error to
   * `errorOf`. An error is never an outcome.
   */
  readonly verify: (token: string, scopes?: readonly string[]) => Promise<VerifyOutcome>;
  /** The same from memory alone, in a few microseconds; `undefined` if the server must be asked. */
  readonly verifyAtOnce: (token: string, scopes?: readonly string[]) => VerifyOutcome | undefined;
  /** The identity of a request's key, or the response that refuses it. */
  readonly authenticate: (
    request: Authenticating,
    needed?: { readonly scopes?: readonly string[] },
  ) => Promise<Authenticated | Response>;
  /** Closes the connection. Nothing is checked from then on. */
  readonly close: () => void;
};

/**
 * A verifier on a client whose credential may check other people's keys: an admin's, or a key with
 * `keys:verify` of an admin or a service user.
 *
 * @example
 * const { authenticate } = createVerifier(createClient({ url, token }));
 * const caller = await authenticate(request, { scopes: ["orders:read"] });
 * if (caller instanceof Response) return caller;
 */
export function createVerifier(client: LatchkeyClient, options: VerifierOptions = {}): Verifier {
  const { maxRecords = MAX_RECORDS, maxStaleMs = MAX_STALE_MS, onLink = () => {} } = options;
  const { monotonic = () => performance.now() } = options;
  if (!(maxStaleMs > 0 && maxStaleMs <= MAX_STALE_MS)) {
    throw new RangeError(`maxStaleMs must be above 0 and at most ${MAX_STALE_MS}`);
  }
  if (!(Number.isInteger(maxRecords) && maxRecords >= 1)) {
    throw new RangeError("maxRecords must be a whole number of at least 1");
  }
  const cache = verificationCache<CompactRecord>({
    maxRecords,
    maxUnknown: MAX_UNKNOWN,
    maxStaleMs,
  });
  const clock = databaseClock();
  let isClosed = false;
  let silence: NodeJS.Timeout | undefined;

  const receive = (item: WatchItem) => {
    if (item.kind !== "beat") {
      const change = cacheChangeOf(item);
      if (change !== null) cache.apply(change);
      return;
    }
    const at = new Date(item.at);
    // This clock can't tell when it was sent, only that it was before.
    clock.observe({ at, sent: Number.NEGATIVE_INFINITY, received: monotonic() });
    const confirmed = clock.monotonicOf(at);
    if (confirmed !== null) cache.confirm(confirmed);
    clearTimeout(silence);
    silence = setTimeout(cache.flush, SILENCE_MS);
    silence.unref();
  };
  const leave = followEvents(client, {
    joined: () => {
      cache.flush();
      onLink({ state: "live" });
    },
    item: receive,
    lost: (error) => {
      // Records may come from events that no longer exist.
      if (error.code === "LOG_RESTARTED") cache.flush();
      onLink({ state: "lost", error });
    },
  });

  const resolve = resolver(client, { cache, clock, monotonic });

  const known = (token: string, scopes: readonly string[]): VerifyOutcome | undefined => {
    if (!mayBeToken(token)) return { outcome: "NOT_FOUND" };
    const at = monotonic();
    const record = cache.find(cacheName(token), at);
    // What is cached is a token: its shape need not be checked again.
    if (record === undefined) return isToken(token) ? undefined : { outcome: "NOT_FOUND" };
    const now = clock.now(at);
    return now === null ? undefined : judge(record, scopes, now);
  };

  const ask = async (token: string): Promise<Resolution> => {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const answer = await resolve(token);
      // A denial may be stale; a VALID may not.
      if (answer.isCurrent || answer.record === null) return answer;
    }
    throw new LocalFailure({ code: "UNAVAILABLE", why: "busy" });
  };

  const verify = async (token: string, scopes: readonly string[] = NO_SCOPES) => {
    if (isClosed) throw new LocalFailure({ code: "UNAVAILABLE", why: "unreachable" });
    const required = requiredScopes(scopes);
    const outcome = known(token, required);
    if (outcome !== undefined) return outcome;
    // A session belongs to a person, and is not a key.
    if (isSessionToken(token)) return { outcome: "NOT_FOUND" } as const;
    const { record, at } = await ask(token);
    return judge(record, required, clock.now(monotonic()) ?? at);
  };

  return {
    verify,
    verifyAtOnce: (token, scopes = NO_SCOPES) =>
      isClosed ? undefined : known(token, requiredScopes(scopes)),
    authenticate: (request, needed) => authenticate(verify, request, needed?.scopes ?? NO_SCOPES),
    close() {
      isClosed = true;
      leave();
      clearTimeout(silence);
      cache.flush();
    },
  };
}

function requiredScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.length === 0) return NO_SCOPES;
  const required = parseRequiredScopes(scopes);
  if (required.ok) return required.value;
  throw new LocalFailure(required.error);
}
