import { createServer, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { clientAddress, httpRoad } from "./client-address.ts";
import type { Config } from "./config.ts";
import { httpApp } from "./http.ts";
import { identifyOr } from "./identify.ts";
import { describeDefect } from "./local/defect-log.ts";
import type { Log } from "./log.ts";
import { isVerifyTarget, proxyVerify } from "./proxy-verify.ts";
import type { Services } from "./services/services.ts";
import { StartRefused } from "./start-refused.ts";

/** What a client may take of the server's time and connections. */
export type Bounds = {
  /** Until the last header of a request is there. */
  readonly headersMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** How long a connection may idle. Longer than a proxy keeps one, so that it is not caught out. */
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
/** A connection that became idle while the server stops is closed so soon. */
const IDLE_LOOK_MS = 50;

export type Listener = {
  /** Like `http://127.0.0.1:7420`. */
  readonly url: string;
  /** Takes no more requests, answers those under way, then ends. */
  readonly close: () => Promise<void>;
};

/** @throws StartRefused where the address can't be had */
export async function listen(
  services: Services,
  config: Pick<Config, "host" | "port" | "allowedHosts" | "trustedProxies">,
  log: Log,
  bounds: Partial<Bounds> = {},
): Promise<Listener> {
  const { host, port } = config;
  const { headersMs, requestMs, keepAliveMs, connections, drainMs } = { ...BOUNDS, ...bounds };
  services.feed.follow({
    state: (state, error) => {
      if (state === "down") log.warn({ ...describeDefect(error) }, "the log can't be followed");
      else log.info({ feed: state }, "feed");
    },
  });
  services.feed.start();
  const addressOf = clientAddress(config.trustedProxies);
  const onDefect = (error: unknown) => log.error(describeDefect(error), "defect");
  const app = httpApp({
    services,
    identify: identifyOr(null, services),
    roadOf: httpRoad(addressOf),
    hosts: [
      ...LOOPBACK,
      host.toLowerCase(),
      ...config.allowedHosts.map((one) => one.toLowerCase()),
    ],
    log,
    onDefect,
  });
  const verify = proxyVerify({ services, addressOf, log, onDefect });
  const answerRest = getRequestListener(app.fetch);
  // Joined, so that a second `Authorization` shows rather than being dropped.
  const options: ServerOptions = {
    joinDuplicateHeaders: true,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // Node looks only every 30 s of itself, and lets a slow client be until then.
    connectionsCheckingInterval: headersMs / 5,
  };
  const server = createServer(options, (request, response) => {
    if (isVerifyTarget(request.url ?? "")) verify(request, response);
    else void answerRest(request, response);
  });
  server.maxConnections = connections;
  await new Promise<void>((listening, failed) => {
    server.once("error", (error) => failed(refusal(error, host, port)));
    server.listen(port, host, () => listening());
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
      const impatient = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(impatient);
    },
  };
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

function refusal(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartRefused(
        `Port ${port} of ${host} is in use. Stop what uses it, or choose another with LATCHKEY_PORT.`,
      );
    case "EACCES":
      return new StartRefused(
        `Port ${port} may not be used. Choose one above 1023 with LATCHKEY_PORT.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartRefused(`${host} is no address of this machine. Mend LATCHKEY_HOST.`);
    default:
      return error;
  }
}
