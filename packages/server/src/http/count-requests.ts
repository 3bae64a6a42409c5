import type { IncomingMessage, ServerResponse } from "node:http";
import { isVerifyTarget } from "./verify/endpoint.ts";
import { appRouter } from "../trpc/router.ts";

// Counts HTTP requests by route and status, and their duration. On Node's own objects, outside the
// application, so that refused and aborted requests count too.

/** Upper bounds in seconds; a check from memory takes a tenth of the first. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `aborted` if the client disconnected before the response. */
type Status = number | "aborted";

/** The counts of one route. */
export type RouteTally = {
  readonly route: string;
  readonly statuses: ReadonlyMap<Status, number>;
  /** Upper bounds in seconds, each with how many took no longer. */
  readonly buckets: readonly (readonly [number, number])[];
  readonly seconds: number;
  readonly count: number;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type RequestTally = {
  /** The same handler, with its requests counted. */
  readonly counted: (handler: Handler) => Handler;
  readonly read: () => RouteTally[];
};

type Route = {
  readonly statuses: Map<Status, number>;
  /** Per bucket; the last is for what exceeded all bounds. */
  readonly counts: number[];
  seconds: number;
};

export function requestTally(): RequestTally {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC has no other way to a router's names.
  const procedures = new Set(Object.keys(appRouter._def.procedures).map((name) => `/trpc/${name}`));
  const routes = new Map<string, Route>();

  const add = (target: string, status: Status, seconds: number) => {
    const name = routeOf(target, procedures);
    let route = routes.get(name);
    if (route === undefined) {
      route = { statuses: new Map(), counts: Array(BUCKETS.length + 1).fill(0), seconds: 0 };
      routes.set(name, route);
    }
    route.statuses.set(status, (route.statuses.get(status) ?? 0) + 1);
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket += 1;
    route.counts[bucket] = (route.counts[bucket] as number) + 1;
    route.seconds += seconds;
  };

  return {
    counted: (handler) => (request, response) => {
      const began = performance.now();
      const target = request.url ?? "";
      const end = () => {
        const status = response.writableEnded ? response.statusCode : "aborted";
        add(target, status, (performance.now() - began) / 1000);
      };
      handler(request, response);
      // Most checks have been answered by now.
      if (response.writableEnded) end();
      else response.once("close", end);
    },

    read: () =>
      [...routes].map(([route, { statuses, counts, seconds }]) => {
        let count = 0;
        const buckets = BUCKETS.map((bound, index) => {
          count += counts[index] as number;
          return [bound, count] as const;
        });
        count += counts[BUCKETS.length] as number;
        return { route, statuses, buckets, seconds, count };
      }),
  };
}

/** One of a fixed set of names: a path may contain anything. */
function routeOf(target: string, procedures: ReadonlySet<string>): string {
  if (isVerifyTarget(target)) return "/verify";
  const query = target.indexOf("?");
  const path = query === -1 ? target : target.slice(0, query);
  if (procedures.has(path) || path === "/healthz" || path === "/readyz") return path;
  // A batch of several calls.
  return path.startsWith("/trpc/") && path.includes(",") ? "/trpc" : "other";
}
