import type { ServerOptions } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Bound, bind } from "../http/bind.ts";
import { clientAddress, httpOrigin } from "../http/client-address.ts";
import type { Config } from "../config/config.ts";
import { hostName } from "../config/host-name.ts";
import { type Details, httpApp } from "../http/app.ts";
import { identifyOr } from "../http/identify.ts";
import { createHttpServer } from "../http/last-answer.ts";
import { describeDefect } from "../log/defect-log.ts";
import type { Log } from "../log/log.ts";
import { missLimit } from "../http/verify/miss-limit.ts";
import { requestTally } from "../http/count-requests.ts";
import { listenForMetrics } from "../metrics/listen-metrics.ts";
import { isVerifyTarget, proxyVerify } from "../http/verify/endpoint.ts";
import type { Services } from "../use-cases/services.ts";

/** Limits on a client's use of time and connections. */
export type Bounds = {
  /** Until the last header of a request was received. */
  readonly headersMs: number;
  /** Until the whole request was received. */
  readonly requestMs: number;
  /** How long a connection may idle. Longer than a proxy keeps one, so that it never uses a closed one. */
  readonly keepAliveMs: number;
  readonly connections: number;
  /** How long a server that stops waits for the requests under way. */
  readonly drainMs: number;
};

const BOUNDS: Bounds = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  connections: 2048,
  drainMs: 10_000,
};

export type Listener = Bound & {
  /** Where `/metrics` is; `null` if it is off. */
  readonly metricsUrl: string | null;
};

/** @throws StartRefused if it can't listen on the address */
export async function listen(
  services: Services,
  config: Pick<Config, "host" | "port" | "metrics" | "allowedHosts" | "trustedProxies">,
  log: Log,
  details?: Details,
  bounds: Partial<Bounds> = {},
): Promise<Listener> {
  const { host, port } = config;
  const { headersMs, requestMs, keepAliveMs, connections, drainMs } = { ...BOUNDS, ...bounds };
  await using starting = new AsyncDisposableStack();
  const unfollow = services.feed.follow({
    state: (state, error) => {
      const why = error === undefined ? {} : describeDefect(error);
      if (state === "down") log.warn(why, "the log can't be followed");
      else if (error !== undefined) log.warn(why, "nobody tells of changes");
      else log.info({ feed: state }, "feed");
    },
  });
  starting.defer(unfollow);
  services.feed.start();
  const addressOf = clientAddress(config.trustedProxies);
  const onDefect = (error: unknown) => log.error(describeDefect(error), "defect");
  const misses = missLimit(
    () => performance.now(),
    (address) =>
      log.warn({ address }, "too many unknown tokens: new ones are not looked up for a while"),
  );
  const stopping = new AbortController();
  const app = httpApp({
    services,
    identify: identifyOr(null, services, misses),
    originOf: httpOrigin(addressOf),
    hosts: [...LOOPBACK, host, ...config.allowedHosts].map((name) => hostName(name) ?? name),
    log,
    stopping: stopping.signal,
    details,
    onDefect,
  });
  const verify = proxyVerify({ services, addressOf, misses, log, onDefect });
  const answerRest = getRequestListener(app.fetch);
  // Joined, so that a second `Authorization` is visible rather than dropped.
  const options: ServerOptions = {
    joinDuplicateHeaders: true,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // By default Node checks only every 30 s, and lets a slow client be until then.
    connectionsCheckingInterval: headersMs / 5,
  };
  const requests = requestTally();
  const answer = requests.counted((request, response) => {
    if (isVerifyTarget(request.url ?? "")) verify(request, response);
    else void answerRest(request, response);
  });
  const server = createHttpServer(options, answer);
  server.maxConnections = connections;
  let metricsUrl: string | null = null;
  if (config.metrics !== null) {
    const metrics = await listenForMetrics(config.metrics, { services, requests, onDefect });
    starting.defer(metrics.close);
    metricsUrl = `${metrics.url}/metrics`;
  }
  const variables = { host: "LATCHKEY_HOST", port: "LATCHKEY_PORT" };
  const bound = await bind(server, { host, port }, { variables, drainMs });
  starting.defer(bound.close);
  starting.defer(() => stopping.abort());
  const running = starting.move();
  return { url: bound.url, metricsUrl, close: () => running.disposeAsync() };
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];
