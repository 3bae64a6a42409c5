import { createServer } from "node:http";
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

const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 2048;
/** How long a server that stops waits for the requests under way. */
const DRAIN_MS = 10_000;

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
): Promise<Listener> {
  const { host, port } = config;
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
  const server = createServer({ joinDuplicateHeaders: true }, (request, response) => {
    if (isVerifyTarget(request.url ?? "")) verify(request, response);
    else void answerRest(request, response);
  });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((listening, failed) => {
    server.once("error", (error) => failed(refusal(error, host, port)));
    server.listen(port, host, () => listening());
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
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
      return new StartRefused(`${host} is no address of this machine. Mend LATCHKEY_HOST.`);
    default:
      return error;
  }
}
