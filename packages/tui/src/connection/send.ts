import { Agent, type ClientRequest, request as httpRequest, type RequestOptions } from "node:http";
import { requireOwnSocket } from "@latchkey/server";
import { type Transport, type Incoming, NotSent, type Outgoing } from "@latchkey/client";

// Requests by Node's own HTTP client. Web's `fetch` would work, but Node loads it at the first use, and that takes
// longer than everything else that a terminal needs until it shows something.

const CONNECT_MS = 10_000;
/** A server answers within 10 s, if only with an error. Beyond that the connection is dead, as after a sleep. */
const SILENT_MS = 20_000;
/** A connection that idled for longer may have been closed by the server without notice. */
const KEEP_MS = 4_000;

/**
 * A transport to an address of `http:` or `https:`, with keep-alive.
 *
 * @param silentMs after this long without a byte either way no answer is expected
 */
export function transportByHttp(
  protocol: string,
  silentMs = SILENT_MS,
): {
  readonly transport: Transport;
  readonly close: () => void;
} {
  let agent: Agent | undefined;
  return {
    transport: async (outgoing) => {
      const { request, Agent: AgentOf } =
        protocol === "https:" ? await import("node:https") : { request: httpRequest, Agent };
      agent ??= new AgentOf({ keepAlive: true, timeout: KEEP_MS });
      const { hostname, port, pathname, search } = new URL(outgoing.url);
      const host = hostname.replace(/^\[(.*)\]$/, "$1");
      return answerTo(outgoing, (options) => {
        const sending = request({ ...options, agent, host, port, path: pathname + search });
        limitConnecting(sending);
        sending.setTimeout(silentMs, () => sending.destroy(new Error("no answer came")));
        sending.end(outgoing.body);
        return sending;
      });
    },
    close: () => agent?.destroy(),
  };
}

/**
 * A transport over a Unix socket, each request on a connection of its own. The body waits for the server's
 * `100 Continue` (RFC 9110, 10.1.1): a failure before it throws `NotSent`, since then nothing can have
 * happened.
 *
 * @param requireTrusted throws if the socket may be another account's; called each time, since a holder that
 *   ends removes its own
 */
export function transportBySocket(
  socketPath: string,
  requireTrusted = requireOwnSocket,
): Transport {
  return async (outgoing) => {
    let sent = false;
    const { pathname, search } = new URL(outgoing.url);
    try {
      requireTrusted(socketPath);
      return await answerTo(outgoing, (options) => {
        const path = pathname + search;
        const to = { ...options, socketPath, agent: false, path };
        // Without a body the server answers at once and closes: there is nothing to wait for.
        if (outgoing.body === undefined) {
          sent = outgoing.method !== "GET";
          return httpRequest(to).end();
        }
        const headers = { ...options.headers, expect: "100-continue" };
        const sending = httpRequest({ ...to, headers });
        sending.once("continue", () => {
          sent = true;
          sending.end(outgoing.body);
        });
        sending.flushHeaders();
        return sending;
      });
    } catch (error) {
      throw sent ? error : new NotSent(error);
    }
  };
}

/** Sends by `start`, and reads the whole response before it is returned; except for a stream of events. */
function answerTo(
  { method, headers, body = "", signal }: Outgoing,
  start: (options: RequestOptions & { readonly headers: Record<string, string> }) => ClientRequest,
): Promise<Incoming> {
  return new Promise((answered, failed) => {
    const length = String(Buffer.byteLength(body));
    const sending = start({
      method,
      headers: { ...headers, "content-length": length },
    });
    sending.once("error", failed);
    if (signal !== undefined) callOffBy(signal, sending, failed);
    sending.once("response", (incoming) => {
      const status = incoming.statusCode ?? 500;
      const header = (name: string) => incoming.headers[name.toLowerCase()];
      const head = {
        status,
        ok: status >= 200 && status < 300,
        headers: { get: (name: string) => header(name)?.toString() ?? null },
      };
      if (head.headers.get("content-type")?.startsWith("text/event-stream") === true) {
        // It is silent for as long as nothing happens, and its reader watches for beats.
        sending.setTimeout(0);
        const json = () => Promise.reject(new Error("a stream is no JSON"));
        // Its reader gets the error; there may be none just then.
        incoming.on("error", () => {});
        answered({ ...head, json, body: incoming });
        return;
      }
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("error", failed);
      incoming.once("end", () => {
        const json = async (): Promise<unknown> => JSON.parse(Buffer.concat(chunks).toString());
        answered({ ...head, json, body: null });
      });
    });
  });
}

/**
 * Node's own `signal` would end the process if it comes with the last chunk of a stream: the socket is then
 * destroyed with an error that has no listener any more.
 */
function callOffBy(
  signal: AbortSignal,
  sending: ClientRequest,
  failed: (reason: unknown) => void,
): void {
  const callOff = (): void => {
    failed(signal.reason);
    sending.destroy();
  };
  if (signal.aborted) return callOff();
  signal.addEventListener("abort", callOff, { once: true });
  sending.once("close", () => signal.removeEventListener("abort", callOff));
}

/** Nothing was sent on a connection that was never established. */
function limitConnecting(sending: ClientRequest): void {
  sending.once("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(
      () => sending.destroy(new NotSent(new Error("no connection came about"))),
      CONNECT_MS,
    );
    for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
  });
}
