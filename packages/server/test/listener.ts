import { type Agent, request } from "node:http";
import { onTestFinished } from "vitest";
import type { Config } from "../src/config/config.ts";
import { createLog, type Log } from "../src/log/log.ts";
import { type Bounds, type Listener, listen } from "../src/start/listen.ts";
import type { Services } from "../src/use-cases/services.ts";

type Choices = Partial<
  Pick<Config, "host" | "port" | "metrics" | "allowedHosts" | "trustedProxies">
> & {
  readonly log?: Log;
  readonly bounds?: Partial<Bounds>;
};

/** The services over HTTP, on a free port of the loopback. */
export async function startListener(
  services: Services,
  { log = createLog("silent"), bounds, ...config }: Choices = {},
): Promise<Listener> {
  const whole = {
    host: "127.0.0.1",
    port: 0,
    metrics: null,
    allowedHosts: [],
    trustedProxies: [],
    ...config,
  };
  return listen(services, whole, log, undefined, bounds);
}

/** The same, until the test is over. */
export async function listenInTest(services: Services, choices: Choices = {}): Promise<Listener> {
  const listener = await startListener(services, choices);
  onTestFinished(listener.close);
  return listener;
}

export type Received = {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

export type RawRequest = {
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  /** Of the loopback, from which it is sent. */
  readonly localAddress?: string;
  readonly agent?: Agent;
};

/**
 * Sends what `fetch` would not: any target, any header any number of times, a body with any method.
 *
 * @param target as it goes over the wire
 */
export async function sendRaw(
  url: string,
  target: string,
  { method = "GET", headers = [], body, ...rest }: RawRequest = {},
): Promise<Received> {
  const { host, hostname, port } = new URL(url);
  const hasHost = headers.some(([name]) => name === "Host");
  const all = hasHost ? headers : [["Host", host], ...headers];
  return new Promise((received, failed) => {
    const options = { hostname, port, method, path: target, headers: all.flat(), agent: false };
    const sent = request({ ...options, ...rest });
    sent.on("error", failed);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const heard = response.headers as Record<string, string | undefined>;
        received({ status: response.statusCode ?? 0, headers: heard, body: text });
      });
    });
    sent.end(body);
  });
}
