import type { ApiKey } from "@latchkey/server/client";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";
import { startServer } from "./support/server.ts";

// Use as the built command counts it, over the ends of its processes.

const titles = ({ items }: { items: readonly ApiKey[] }) => items.map(({ title }) => title).sort();

test("a command that checks a token counts it before it ends", async () => {
  const latchkey = await installation();
  const { key, token } = await latchkey.create("Used");
  await latchkey.create("Unused");
  expect(titles(await latchkey.keys("--unused-for", "30d"))).toEqual(["Unused", "Used"]);
  expect((await latchkey.run(["keys", "verify"], token)).stdout).toBe("VALID\n");
  const scoped = ["keys", "verify", "--scope", "orders:read"];
  expect((await latchkey.run(scoped, token)).stdout).toBe("VALID\n");
  expect(titles(await latchkey.keys("--unused-for", "30d"))).toEqual(["Unused"]);
  await latchkey.json(["keys", "revoke", key.id, "--yes"]);
  expect((await latchkey.run(["keys", "verify"], token)).stdout).toBe("REVOKED\n");
  const { stdout } = await latchkey.run(["keys", "show", key.id]);
  expect(stdout).toMatch(/^Last used\t\d{4}-\d\d-\d\dT[\d:.]+Z$/m);
  expect(stdout).toMatch(/^In 30 days\t2 uses; refused 1 REVOKED$/m);
});

test("a server that is told to stop writes the use it counted, and ends its metrics too", async () => {
  const latchkey = await installation();
  const { key, token } = await latchkey.create("Used");
  const server = await startServer({
    ...latchkey.env,
    LATCHKEY_METRICS_ADDRESS: "127.0.0.1:0",
  });
  const headers = { "x-api-key": token };
  for (let uses = 0; uses < 3; uses += 1) {
    expect((await fetch(`${server.url}/verify`, { headers })).status).toBe(200);
  }
  const { metricsUrl } = server.log().find(({ msg }) => msg === "listening") ?? {};
  const metrics = await (await fetch(String(metricsUrl))).text();
  expect(metrics).toContain('latchkey_verifications_total{outcome="VALID"} 3\n');
  expect(metrics).toContain("latchkey_use_waiting 1\n");

  expect(await server.stop()).toBe(0);
  await expect(fetch(String(metricsUrl))).rejects.toThrow("fetch failed");
  const used = await latchkey.json<ApiKey>(["keys", "show", key.id]);
  expect(used).toEqual({ ...key, lastUsedAt: expect.stringMatching(/Z$/) });
});
