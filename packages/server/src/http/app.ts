import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { type Context, Hono, type HonoRequest } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Context as CallContext } from "../trpc/context.ts";
import { failureOf } from "../trpc/failure.ts";
import { hasLeft } from "./gone-client.ts";
import { guardHosts } from "./guard-hosts.ts";
import type { Identify } from "./identify.ts";
import type { Log } from "../log/log.ts";
import { logRequests } from "./log-requests.ts";
import { appRouter } from "../trpc/router.ts";
import { readiness } from "../use-cases/readiness.ts";
import type { Caller, Origin, Services } from "../use-cases/services.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_BATCH = 10;
const EVENT_STREAM = "text/event-stream";

export type HttpOptions = {
  readonly services: Services;
  readonly identify: Identify;
  /** How a request came; by the local socket by default. */
  readonly originOf?: (request: Request, env: unknown) => Origin;
  /** Host names that this server answers to; any by default, as on a Unix socket. */
  readonly hosts?: readonly string[];
  readonly log?: Log;
  /** Aborted when the server stops, so that streams end and their clients reconnect elsewhere; never by default. */
  readonly stopping?: AbortSignal;
  /** Additional facts for `/readyz`. */
  readonly details?: Details | undefined;
  /** Called with defects only. Don't log `error` as it is: it may contain parameters. */
  readonly onDefect: (error: unknown) => void;
};

/** Facts about this server that are not secret, as JSON. */
export type Details = () => Readonly<Record<string, unknown>>;

const LOCAL: Origin = { via: "local", address: null };

/** The state of one request. */
type Variables = { origin: Origin; requestId: string; caller: Caller | null; failures: string[] };

export type HttpApp = Hono<{ Variables: Variables }>;

/** The HTTP application, as a function from request to response. */
export function httpApp(options: HttpOptions): HttpApp {
  const { services, identify, originOf = () => LOCAL, hosts, log, onDefect } = options;
  const { stopping = new AbortController().signal, details = () => ({}) } = options;
  // As many listeners as there are streams.
  setMaxListeners(0, stopping);
  const app: HttpApp = new Hono();
  app.use(secureHeaders());
  app.use(requestId({ limitLength: 64 }));
  app.use(async (c, next) => {
    c.set("origin", originOf(c.req.raw, c.env));
    c.set("caller", null);
    c.set("failures", []);
    await next();
    // tRPC's response is a new one, without the headers set before.
    c.res.headers.set("x-request-id", c.get("requestId"));
  });
  // Hono would print the error as it is, and it may contain parameters.
  app.onError((error, c) => {
    if (!hasLeft(c.env)) onDefect(error);
    return c.json({ error: "Internal error." }, 500);
  });
  if (log !== undefined) app.use(logRequests(log));
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    const { why, ...works } = await readiness(services);
    if (!works.reads) return c.json({ ok: false }, 503);
    const degraded = why.length === 0 ? {} : { degraded: true, ...works, why };
    return c.json({ ok: true, ...degraded, ...details() });
  });
  if (hosts !== undefined) app.use(guardHosts(hosts));
  app.use("/trpc/*", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.all("/trpc/*", async (c) => {
    const { method } = c.req;
    if (!isWatch(c.req)) {
      if (method !== "POST") return c.json({ error: "Use POST." }, 405, { allow: "POST" });
      // A form, which any web page may send, must never reach a procedure.
      const type = c.req.header("content-type") ?? "";
      if (!/^application\/json\b/i.test(type)) return c.json({ error: "Send JSON." }, 415);
    }
    const origin = c.get("origin");
    let identity: Promise<Caller | null> | undefined;
    // Called once, however many calls are batched, and not at all by a login.
    const identifyOnce = async () => {
      identity ??= identify(c.req.raw, origin);
      const caller = await identity;
      c.set("caller", caller);
      return caller;
    };
    const context: CallContext = {
      services,
      origin,
      caller: null,
      identify: identifyOnce,
      identifyAgain: () => identify(c.req.raw, origin, "again"),
      stopping,
      cut: () => (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing?.destroy(),
    };
    let retryAfterSeconds: number | undefined;
    const response = await fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      allowMethodOverride: true,
      maxBatchSize: MAX_BATCH,
      createContext: () => context,
      onError: ({ error }) => {
        if (hasLeft(c.env)) return;
        const failure = failureOf(error);
        c.get("failures").push(failure.code);
        if (failure.code === "INTERNAL") onDefect(error.cause ?? error);
        if (failure.code === "RATE_LIMITED") ({ retryAfterSeconds } = failure);
      },
    });
    response.headers.set("cache-control", "no-store");
    if (retryAfterSeconds !== undefined) {
      response.headers.set("retry-after", String(retryAfterSeconds));
    }
    return isStream(response) ? comingAgain(response) : response;
  });
  return app;
}

function tooLarge(c: Context): Response {
  return c.json({ error: `Send at most ${MAX_BODY_BYTES / 1024} KiB.` }, 413);
}

/** The one call by GET, as browsers' `EventSource` sends it: its input is a position at most. */
function isWatch(request: HonoRequest): boolean {
  if (request.method !== "GET" || request.path !== "/trpc/events.watch") return false;
  return request.header("accept")?.includes(EVENT_STREAM) === true;
}

function isStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith(EVENT_STREAM) === true;
}

/** A stream that tells its client how soon to reconnect after it ended, with jitter, as many may end together. */
function comingAgain(response: Response): Response {
  const milliseconds = Math.round(250 + 500 * Math.random());
  const start = new TextEncoder().encode(`retry: ${milliseconds}\n\n`);
  const body = response.body?.pipeThrough(
    new TransformStream({ start: (controller) => controller.enqueue(start) }),
  );
  return new Response(body, response);
}
