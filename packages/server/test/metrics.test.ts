import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { generateToken } from "@latchkey/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../src/config/config.ts";
import type { Services } from "../src/use-cases/services.ts";
import { runChild } from "./child.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine } from "./installation.ts";
import { listenInTest } from "./listener.ts";
import { until } from "@latchkey/testing/until";

const ANY_PORT = { host: "127.0.0.1", port: 0 };

/** What Prometheus reads: each sample by its name and labels, as they stand there. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^(\S+?(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      return [name, Number(value)];
    }),
  );
}

/** Names of families, ours alone, each with its type. */
function familiesOf(text: string): string[] {
  return Array.from(
    text.matchAll(/^# TYPE (latchkey_\S+) (\w+)$/gm),
    ([, name, type]) => `${name} ${type}`,
  );
}

function requestsIn(samples: ReadonlyMap<string, number>): number {
  const counts = [...samples].filter(([name]) => name.startsWith("latchkey_http_requests_total{"));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** Until the log was followed to its end by a look that begins after this. */
function followedAnew({ feed }: Services): Promise<void> {
  const from = performance.now();
  return new Promise((done) => {
    const leave = feed.follow({
      beat: ({ sent }) => {
        if (sent <= from) return;
        leave();
        done();
      },
    });
  });
}

onEngine(postgresql, (latchkey) => {
  const listening = async () => {
    const { url, metricsUrl } = await listenInTest(latchkey().services, { metrics: ANY_PORT });
    if (metricsUrl === null) throw new Error("no metrics");
    const scrape = async () => {
      const response = await fetch(metricsUrl);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
      return response.text();
    };
    const post = (path: string, body: unknown) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const verify = async (token: string) =>
      (await fetch(`${url}/verify`, { headers: { authorization: `Bearer ${token}` } })).status;
    return { url, metricsUrl, scrape, post, verify };
  };
  /** By how much each sample grew, once so many requests are counted: their clients may know sooner. */
  const growth = async (
    scrape: () => Promise<string>,
    requests: number,
    work: () => Promise<unknown>,
  ) => {
    const before = samplesOf(await scrape());
    await work();
    const after = await until(async () => {
      const samples = samplesOf(await scrape());
      return requestsIn(samples) - requestsIn(before) >= requests && samples;
    });
    return (sample: string) => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
  };

  test("checks, logins, events and requests are counted where they belong", async () => {
    const { url, scrape, post, verify } = await listening();
    const { keys } = latchkey().clientOf(latchkey().admin);
    const { key, token } = await keys.create.mutate({ title: "Shop" });
    const stranger = generateToken("sk", randomBytes).token.reveal();
    const grew = await growth(scrape, 9, async () => {
      expect(await verify(token)).toBe(200);
      expect(await verify(stranger)).toBe(401);
      expect(await verify("nonsense")).toBe(401);
      await keys.revoke.mutate({ id: key.id });
      expect(await verify(token)).toBe(401);
      const login = { email: "nobody@example.com", password: "not this one" };
      expect((await post("/trpc/auth.login", login)).status).toBe(401);
      expect((await post("/trpc/auth.whoami,keys.list?batch=1", {})).status).toBe(401);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/metrics`)).status).toBe(404);
      expect((await post("/trpc/keys.steal", {})).status).toBe(404);
    });
    const requests = (route: string, status: number) =>
      grew(`latchkey_http_requests_total{route="${route}",status="${status}"}`);
    expect({
      valid: grew('latchkey_verifications_total{outcome="VALID"}'),
      unknown: grew('latchkey_verifications_total{outcome="NOT_FOUND"}'),
      revoked: grew('latchkey_verifications_total{outcome="REVOKED"}'),
      expired: grew('latchkey_verifications_total{outcome="EXPIRED"}'),
      events: grew('latchkey_events_appended_total{type="key.revoked"}'),
      logins: grew('latchkey_login_failures_total{reason="refused"}'),
      passed: requests("/verify", 200),
      stopped: requests("/verify", 401),
      login: requests("/trpc/auth.login", 401),
      several: requests("/trpc", 401),
      alive: requests("/healthz", 200),
      other: requests("other", 404),
      durations: grew('latchkey_http_request_duration_seconds_count{route="/verify"}'),
      buckets: grew('latchkey_http_request_duration_seconds_bucket{route="/verify",le="+Inf"}'),
    }).toEqual({
      valid: 1,
      unknown: 2,
      revoked: 1,
      expired: 0,
      events: 1,
      logins: 1,
      passed: 1,
      stopped: 3,
      login: 1,
      several: 1,
      alive: 1,
      other: 2,
      durations: 4,
      buckets: 4,
    });
    expect(grew('latchkey_http_request_duration_seconds_sum{route="/verify"}')).toBeGreaterThan(0);
  });

  test("a histogram's buckets hold each other, the last of them everything", async () => {
    const { scrape, verify } = await listening();
    await verify("nonsense");
    const buckets = [...samplesOf(await scrape())].filter(([name]) =>
      /duration_seconds_bucket.*"\/verify"/.test(name),
    );
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(buckets.at(-1)?.[0]).toContain('le="+Inf"');
    expect(counts.at(-1)).toBe(1);
  });

  test("cache, feed, connections and use are told as they stand", async () => {
    const { scrape, verify } = await listening();
    const { token } = await latchkey()
      .clientOf(latchkey().admin)
      .keys.create.mutate({ title: "Shop" });
    const samples = async () => samplesOf(await scrape());
    await until(async () => (await samples()).get('latchkey_feed_state{state="live"}') === 1);
    // By then it has noticed that the log of the test before is gone, which empties the cache.
    await followedAnew(latchkey().services);
    const before = await samples();
    await verify(token);
    await verify(token);
    const after = await samples();
    const at = (name: string) => after.get(name) ?? Number.NaN;
    const grew = (name: string) => at(name) - (before.get(name) ?? Number.NaN);
    expect([
      grew('latchkey_cache_lookups_total{result="miss"}'),
      grew('latchkey_cache_lookups_total{result="hit"}'),
    ]).toEqual([1, 1]);
    expect(at('latchkey_cache_entries{kind="record"}')).toBeGreaterThan(0);
    expect(at('latchkey_feed_state{state="down"}')).toBe(0);
    expect(at("latchkey_feed_lag_seconds")).toBeGreaterThanOrEqual(0);
    expect(at("latchkey_feed_seq")).toBeGreaterThan(0);
    expect(at('latchkey_database_connections_max{pool="main"}')).toBe(4);
    expect(at('latchkey_database_connections{pool="lookups",state="idle"}')).toBeGreaterThan(0);
    expect(at('latchkey_database_waiting{pool="main"}')).toBe(0);
    expect(at("latchkey_use_waiting")).toBeGreaterThan(0);
    await latchkey().services.use.flush();
    const flushed = await samples();
    expect(flushed.get("latchkey_use_waiting")).toBe(0);
    expect(flushed.get('latchkey_use_flushes_total{result="written"}')).toBeGreaterThan(0);
    expect(flushed.get("process_resident_memory_bytes")).toBeGreaterThan(0);
  });

  test("nothing that a request holds becomes a name: neither path nor token nor method", async () => {
    const { url, scrape, verify } = await listening();
    const { token } = generateToken("sk", randomBytes);
    const known = new Set(samplesOf(await scrape()).keys());
    for (const path of [
      `/${token.reveal()}`,
      `/trpc/${token.reveal()}`,
      "/verify/../x",
      '/"}\n',
      "/trpc/a,b",
    ]) {
      await fetch(url + path, { method: "PROPFIND" });
    }
    await verify(token.reveal());
    const text = await scrape();
    expect(text).not.toContain(token.reveal());
    expect(text).not.toMatch(/PROPFIND|\.\.|verify\/x/);
    const added = [...samplesOf(text).keys()].filter((name) => !known.has(name));
    // Node's own may come to new ones at any moment, as when it collects garbage in another way.
    const ours = added.filter((name) => !name.startsWith("nodejs_"));
    expect(ours).not.toEqual([]);
    for (const name of ours) expect(name).toMatch(/route="(\/verify|\/trpc|other)"/);
  });

  test("only GET /metrics is answered there", async () => {
    const { metricsUrl } = await listening();
    const statusOf = async (path: string, method = "GET") =>
      (await fetch(new URL(path, metricsUrl), { method })).status;
    expect([
      await statusOf("/metrics?x=1"),
      await statusOf("/metrics", "HEAD"),
      await statusOf("/metrics", "POST"),
      await statusOf("/"),
      await statusOf("/verify"),
      await statusOf("/trpc/auth.whoami", "POST"),
    ]).toEqual([200, 200, 405, 404, 404, 404]);
  });

  test("docs/metrics.md has every name, with its type, and no other", async () => {
    const { scrape } = await listening();
    const observer = familiesOf(await scrape());
    const docs = readFileSync(new URL("../../../docs/metrics.md", import.meta.url), "utf8");
    const documented = Array.from(
      docs.matchAll(/^\| `(latchkey_\w+)` \| (\w+) \|/gm),
      ([, name, type]) => `${name} ${type}`,
    );
    expect(observer.toSorted()).toEqual(documented.toSorted());
  });

  test("an address that is in use, or is none of ours, is a refusal to start that names the variable", async () => {
    const taken = await occupied();
    const { port } = taken.address() as AddressInfo;
    for (const [metrics, sentence] of [
      [{ host: "127.0.0.1", port }, `Port ${port} of 127.0.0.1 is in use`],
      [{ host: "192.0.2.1", port: 0 }, "192.0.2.1 is not an address of this machine"],
    ] as const) {
      await expect(listenInTest(latchkey().services, { metrics })).rejects.toMatchObject({
        name: "StartRefused",
        message: expect.stringMatching(new RegExp(`${sentence}.*LATCHKEY_METRICS_ADDRESS`)),
      });
    }
    // And it is let go again where the server itself can't start.
    const free = await occupied();
    const metrics = { host: "127.0.0.1", port: (free.address() as AddressInfo).port };
    await new Promise((closed) => free.close(closed));
    await expect(listenInTest(latchkey().services, { port, metrics })).rejects.toMatchObject({
      message: expect.stringContaining("LATCHKEY_PORT"),
    });
    await listenInTest(latchkey().services, { metrics });
  });

  async function occupied(): Promise<Server> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
    onTestFinished(() => {
      server.close();
    });
    return server;
  }
});

describe("where the metrics are", () => {
  const read = (LATCHKEY_METRICS_ADDRESS?: string) =>
    readConfig({ LATCHKEY_METRICS_ADDRESS }).metrics;

  test("is the loopback unless somebody chose an address, or off", () => {
    expect(read()).toEqual({ host: "127.0.0.1", port: 7421 });
    expect(read("")).toEqual({ host: "127.0.0.1", port: 7421 });
    expect(read("off")).toBeNull();
    expect(read("10.0.0.1:9100")).toEqual({ host: "10.0.0.1", port: 9100 });
    expect(read("[::1]:0")).toEqual({ host: "::1", port: 0 });
    expect(read("metrics.internal:65535")).toEqual({ host: "metrics.internal", port: 65_535 });
    for (const wrong of [
      "7421",
      ":7421",
      "127.0.0.1",
      "::1:7421",
      "a:65536",
      "http://a:1",
      "a:1/x",
      "on",
    ]) {
      expect(() => read(wrong)).toThrow(/^LATCHKEY_METRICS_ADDRESS must be/);
    }
  });
});

test("what does not serve loads no prom-client", async () => {
  const program = `
    import { createRequire } from "node:module";
    await import("../src/index.ts");
    await import("../src/start/on-postgres.ts");
    await import("../src/start/hold-folder.ts");
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).join();
    console.log(loaded().includes("prom-client"));
    await import("../src/start/listen.ts");
    console.log(loaded().includes("prom-client"));`;
  const { code, output } = await runChild(program).ended();
  expect(code).toBe(0);
  expect(output).toBe("false\ntrue\n");
});
