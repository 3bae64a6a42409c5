import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { failureOf } from "./failure.ts";
import { appRouter } from "./router.ts";
import type { Caller, Services } from "./services/services.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_BATCH = 10;

export type HttpOptions = {
  readonly services: Services;
  /** Who sends this request; `null` where nobody is proven. */
  readonly identify: (request: Request) => Promise<Caller | null>;
  /** Told of defects alone. Hand `error` to no log as it is: it may hold parameters. */
  readonly onDefect: (error: unknown) => void;
};

/** The HTTP side of a server, as a function from request to response. */
export function httpApp({ services, identify, onDefect }: HttpOptions): Hono {
  const app = new Hono();
  app.use(secureHeaders());
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    try {
      await services.store.readHead();
      return c.json({ ok: true });
    } catch {
      return c.json({ ok: false }, 503);
    }
  });
  app.use("/trpc/*", bodyLimit({ maxSize: MAX_BODY_BYTES }));
  app.all("/trpc/*", async (c) => {
    const { method } = c.req;
    if (method !== "POST") return c.json({ error: "Use POST." }, 405, { allow: "POST" });
    // A form, which any web page may send, never reaches a procedure.
    const type = c.req.header("content-type") ?? "";
    if (!/^application\/json\b/i.test(type)) return c.json({ error: "Send JSON." }, 415);
    const response = await fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      allowMethodOverride: true,
      maxBatchSize: MAX_BATCH,
      createContext: async () => ({ services, caller: await identify(c.req.raw) }),
      onError: ({ error }) => {
        if (failureOf(error).code === "INTERNAL") onDefect(error.cause ?? error);
      },
    });
    response.headers.set("cache-control", "no-store");
    return response;
  });
  return app;
}
