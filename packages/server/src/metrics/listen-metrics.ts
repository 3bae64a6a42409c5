import type { IncomingMessage, ServerResponse } from "node:http";
import type { Address } from "../config/config.ts";
import { type Bound, bind } from "../http/bind.ts";
import { createHttpServer } from "../http/last-answer.ts";
import { metricsRegistry, type RegistryOptions } from "./registry.ts";

const HEADERS_MS = 5000;
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 32;
const DRAIN_MS = 1000;

/**
 * Serves `/metrics` at an address of its own. There is no authentication: it has only numbers, about no key or user.
 *
 * @throws StartRefused if it can't listen on the address
 */
export async function listenForMetrics(
  address: Address,
  { onDefect, ...options }: RegistryOptions & { readonly onDefect: (error: unknown) => void },
): Promise<Bound> {
  const registry = metricsRegistry(options);
  const answer = async ({ method, url = "" }: IncomingMessage, response: ServerResponse) => {
    if (url.split("?", 1)[0] !== "/metrics") return response.writeHead(404).end();
    if (method !== "GET" && method !== "HEAD") {
      return response.writeHead(405, { allow: "GET, HEAD" }).end();
    }
    try {
      const text = await registry.metrics();
      return response.writeHead(200, { "content-type": registry.contentType }).end(text);
    } catch (error) {
      onDefect(error);
      return response.writeHead(500).end();
    }
  };
  const server = createHttpServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
    (request, response) => void answer(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  const variables = { host: "LATCHKEY_METRICS_ADDRESS", port: "LATCHKEY_METRICS_ADDRESS" };
  return bind(server, address, { variables, drainMs: DRAIN_MS });
}
