import type { Caller, Origin, Services } from "../use-cases/services.ts";

/** What every call is given: the use cases' needs, its origin, and its caller. */
export type Context = {
  readonly services: Services;
  readonly origin: Origin;
  /** Who calls; `null` if no credential is valid. May throw `Outage`, or `DomainFailure` RATE_LIMITED. */
  readonly identify: () => Promise<Caller | null>;
  /** Who calls, once identified. */
  caller: Caller | null;
  /** The same, identified again by the database: for calls that last. */
  readonly identifyAgain: () => Promise<Caller | null>;
  /** Aborted when the server stops: calls that last must end. */
  readonly stopping: AbortSignal;
  /** Destroys the connection of a call whose client does not read. */
  readonly cut: () => void;
};
