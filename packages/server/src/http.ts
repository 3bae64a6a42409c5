import type { AnyTRPCRouter } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { failureOf } from "./failure.ts";
import { hasLeft } from "./gone-client.ts";
import { guardHosts } from "./guard-hosts.ts";
import { type Log, logRequests } from "./log.ts";
import { appRouter } from "./router.ts";
import type { Caller, Road, Services } from "./services/services.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_BATCH = 10;

export type HttpOptions = {
  readonly services: Services;
  /** Who sends this request; `null` where nobody is proven. May throw `Outage`. */
  readonly identify: (request: Request, road: Road) => Promise<Caller | null>;
  /** By which road a request came; from the local socket where left out. */
  readonly roadOf?: (request: Request, env: unknown) => Road;
  /** Host names that this server answers to; any where left out, as on a Unix socket. */
  readonly hosts?: readonly string[];
  readonly log?: Log;
  /** Other procedures than the contract's, to measure what stands around them. */
  readonly router?: AnyTRPCRouter;
  /** Told of defects alone. Hand `error` to no log as it is: it may hold parameters. */
  readonly onDefect: (error: unknown) => void;
};

const LOCAL: Road = { via: "local", address: null };

/** What travels with one request. */
type Variables = { road: Road; requestId: string; caller: Caller | null; failures: string[] };

export type HttpApp = Hono<{ Variables: Variables }>;

/** The HTTP side of a server, as a function from request to response. */
export function httpApp(options: HttpOptions): HttpApp {
  const {
    services,
    identify,
    roadOf = () => LOCAL,
    hosts,
    log,
    router = appRouter,
    onDefect,
  } = options;
  const app: HttpApp = new Hono();
  app.use(secureHeaders());
  app.use(requestId({ limitLength: 64 }));
  app.use(async (c, next) => {
    c.set("road", roadOf(c.req.raw, c.env));
    c.set("caller", null);
    c.set("failures", []);
    await next();
    // tRPC's answer is one of its own, and knows nothing of what was set before.
    c.res.headers.set("x-request-id", c.get("requestId"));
  });
  // Hono would print what was thrown, as it is, and it may hold parameters.
  app.onError((error, c) => {
    if (!hasLeft(c.env)) onDefect(error);
    return c.json({ error: "Internal error." }, 500);
  });
  if (log !== undefined) app.use(logRequests(log));
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    try {
      await services.store.readHead();
      return c.json({ ok: true });
    } catch {
      return c.json({ ok: false }, 503);
    }
  });
  if (hosts !== undefined) app.use(guardHosts(hosts));
  app.use("/trpc/*", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.all("/trpc/*", async (c) => {
    const { method } = c.req;
    if (method !== "POST") return c.json({ error: "Use POST." }, 405, { allow: "POST" });
    // A form, which any web page may send, never reaches a procedure.
    const type = c.req.header("content-type") ?? "";
    if (!/^application\/json\b/i.test(type)) return c.json({ error: "Send JSON." }, 415);
    const road = c.get("road");
    let identity: Promise<Caller | null> | undefined;
    // Asked for once, however many calls travel together, and not at all by a login.
    const identifyOnce = async () => {
      identity ??= identify(c.req.raw, road);
      const caller = await identity;
      c.set("caller", caller);
      return caller;
    };
    const response = await fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router,
      allowMethodOverride: true,
      maxBatchSize: MAX_BATCH,
      createContext: () => ({ services, road, identify: identifyOnce }),
      onError: ({ error }) => {
        if (hasLeft(c.env)) return;
        const { code } = failureOf(error);
        c.get("failures").push(code);
        if (code === "INTERNAL") onDefect(error.cause ?? error);
      },
    });
    response.headers.set("cache-control", "no-store");
    return response;
  });
  return app;
}

function tooLarge(c: Context): Response {
  return c.json({ error: `Send at most ${MAX_BODY_BYTES / 1024} KiB.` }, 413);
}
