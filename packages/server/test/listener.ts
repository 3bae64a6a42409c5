import { request } from "node:http";
import { onTestFinished } from "vitest";
import type { Config } from "../src/config.ts";
import { createLog } from "../src/create-log.ts";
import { type Bounds, type Listener, listen } from "../src/listen.ts";
import type { Log } from "../src/log.ts";
import type { Services } from "../src/services/services.ts";

type ListenConfig = Parameters<typeof listen>[1];

/** The services over HTTP, on a free port of the loopback, until the test is over. */
export async function listenInTest(
  services: Services,
  options: Partial<Pick<Config, "host" | "port" | "allowedHosts" | "trustedProxies">> & {
    readonly log?: Log;
    readonly bounds?: Partial<Bounds>;
  } = {},
): Promise<Listener> {
  const { log = createLog("silent"), bounds, ...config } = options;
  const whole: ListenConfig = {
    host: "127.0.0.1",
    port: 0,
    allowedHosts: [],
    trustedProxies: [],
    ...config,
  };
  const listener = await listen(services, whole, log, bounds);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await listener.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { url: listener.url, close };
}

export type Received = {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/**
 * Sends what `fetch` would not: any target, any header any number of times, a body with any method.
 *
 * @param target as it goes over the wire
 */
export async function sendRaw(
  url: string,
  target: string,
  options: {
    readonly method?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: string | Uint8Array;
  } = {},
): Promise<Received> {
  const { method = "GET", headers = [], body } = options;
  const { host, hostname, port } = new URL(url);
  const all = headers.some(([name]) => name === "Host") ? headers : [["Host", host], ...headers];
  return new Promise((received, failed) => {
    const sent = request({
      hostname,
      port,
      method,
      path: target,
      headers: all.flat(),
      agent: false,
    });
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
