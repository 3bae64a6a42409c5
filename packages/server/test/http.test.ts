import { expect, test } from "vitest";
import { postgresql } from "./engines.ts";
import { call, ORIGIN, onEngine } from "./installation.ts";

// One engine: nothing here reaches the database.

onEngine(postgresql, (latchkey) => {
  const send = async (path: string, init: RequestInit & { type?: string | null } = {}) => {
    const { type = "application/json", ...rest } = init;
    const headers = type === null ? {} : { "content-type": type };
    const { admin, send: deliver } = latchkey();
    return deliver(admin, new Request(`${ORIGIN}${path}`, { method: "POST", headers, ...rest }));
  };

  test("calls come by POST alone, so that nothing typed lands in a URL", async () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await send("/trpc/keys.list?input=%7B%7D", { method, type: null });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
    }
  });

  test("only JSON is taken: no form, which any web page may send, reaches a procedure", async () => {
    const form = new FormData();
    form.set("title", "x");
    expect((await send("/trpc/keys.create", { type: null, body: form })).status).toBe(415);
    const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
    for (const type of [...types, "application/octet-stream", "application/jsonp", null]) {
      const response = await send("/trpc/keys.create", { type, body: '{"title":"x"}' });
      expect(response.status).toBe(415);
    }
    const accepted = { type: "Application/JSON; charset=utf-8", body: '{"title":"x"}' };
    expect((await send("/trpc/keys.create", accepted)).status).toBe(200);
    expect(await latchkey().services.store.readHead()).toMatchObject({ seq: 1 });
  });

  test("a body over 64 KiB is refused, with its length told or without", async () => {
    const body = JSON.stringify({ title: "x".repeat(64 * 1024) });
    expect((await send("/trpc/keys.create", { body })).status).toBe(413);
    const stream = new Blob([body]).stream();
    const streamed = await send("/trpc/keys.create", { body: stream, duplex: "half" });
    expect(streamed.status).toBe(413);
    const within = JSON.stringify({ token: "x".repeat(60_000) });
    expect((await send("/trpc/keys.verify", { body: within })).status).toBe(200);
  });

  test("ten calls travel in one request, eleven don't", async () => {
    const batch = async (size: number) => {
      const paths = Array.from({ length: size }, () => "keys.create").join();
      const inputs = Object.fromEntries(
        Array.from({ length: size }, (_, i) => [i, { title: "x" }]),
      );
      return send(`/trpc/${paths}?batch=1`, { body: JSON.stringify(inputs) });
    };
    const refused = await batch(11);
    expect(refused.status).toBe(400);
    expect(await refused.text()).not.toContain("stack");
    expect((await latchkey().services.store.readHead()).seq).toBe(0);
    expect((await batch(10)).status).toBe(200);
    expect((await latchkey().services.store.readHead()).seq).toBe(10);
  });

  test("what is no procedure is told so, without its name", async () => {
    for (const path of [
      "/trpc/keys.steal",
      "/trpc/",
      "/trpc/__proto__",
      "/trpc/keys",
      "/trpc/%00",
    ]) {
      const response = await send(path, { body: "{}" });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toMatch(/stack|steal|proto/);
    }
  });

  test("answers are never stored, and carry the headers that browsers heed", async () => {
    const { admin, send: deliver } = latchkey();
    const { headers } = await deliver(admin, call("keys.list", {}));
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("the process says that it lives, and that it can serve", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const response = await send(path, { method: "GET", type: null });
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 200,
        body: { ok: true },
      });
    }
  });
});
