import type { Caller, Services } from "./services/services.ts";

/** What every call is given: the use cases' needs, and who calls (`null`: nobody known). */
export type Context = {
  readonly services: Services;
  readonly caller: Caller | null;
};
