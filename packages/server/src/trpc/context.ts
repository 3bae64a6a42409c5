import type { Caller, Origin, Services } from "../use-cases/services.ts";

/** What every call is given: the use cases' needs, the road it came by, and the way to its caller. */
export type Context = {
  readonly services: Services;
  readonly origin: Origin;
  /** Who calls; `null` where nobody is proven. May throw `Outage`, or `DomainFailure` RATE_LIMITED. */
  readonly identify: () => Promise<Caller | null>;
  /** Who calls, once that is asked for. */
  caller: Caller | null;
  /** The same, judged anew and by the database: for calls that last. */
  readonly identifyAgain: () => Promise<Caller | null>;
  /** Told when the server stops: calls that last are to end. */
  readonly stopping: AbortSignal;
  /** Breaks off the connection of a call whose other end does not read. */
  readonly cut: () => void;
};
