import type { ApiKey } from "@latchkey/client";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";
import { startServer } from "@latchkey/testing/command/server";

// Use as the built command counts it, over the ends of its processes.

const titles = ({ items }: { items: readonly ApiKey[] }) => items.map(({ title }) => title).sort();

test("a command that checks a token counts it before it ends", async () => {
  const latchkey = await installation();
  const before = await startServer(latchkey.env);
  const { key, token } = await latchkey.create("Used");
  const ended = await latchkey.create("Ended");
  await latchkey.json(["keys", "revoke", ended.key.id, "--yes"]);
  await latchkey.create("Unused");
  const unused = () => latchkey.keys("--unused-for", "30d", "--status", "active");
  expect(titles(await unused())).toEqual(["Unused", "Used"]);
  await before.stop();

  // Each of these is the one process that has the database open, and tells nobody else.
  expect((await latchkey.run(["keys", "verify"], token)).stdout).toBe("VALID\n");
  const scoped = ["keys", "verify", "--scope", "orders:read"];
  expect((await latchkey.run(scoped, token)).stdout).toBe("VALID\n");
  expect((await latchkey.run(["keys", "verify"], ended.token)).stdout).toBe("REVOKED\n");

  await startServer(latchkey.env);
  expect(titles(await unused())).toEqual(["Unused"]);
  const show = async (id: string) => (await latchkey.run(["keys", "show", id])).stdout;
  const used = await show(key.id);
  expect(used).toMatch(/^Last used\t\d{4}-\d\d-\d\dT[\d:.]+Z$/m);
  expect(used).toMatch(/^In 30 days\t2 uses$/m);
  expect(await show(ended.key.id)).toMatch(/^In 30 days\tno uses; refused 1 REVOKED$/m);
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
