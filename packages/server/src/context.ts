import type { Caller, Road, Services } from "./services/services.ts";

/** What every call is given: the use cases' needs, the road it came by, and the way to its caller. */
export type Context = {
  readonly services: Services;
  readonly road: Road;
  /** Who calls; `null` where nobody is proven. May throw `Outage`. */
  readonly identify: () => Promise<Caller | null>;
};
