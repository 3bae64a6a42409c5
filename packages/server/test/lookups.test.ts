import { expect, test } from "vitest";
import type { KeyPage } from "@latchkey/client";
import type { PoolUse } from "../src/store/port/pool-use.ts";
import { withOneServer } from "./one-server.ts";
import { until } from "@latchkey/testing/until";
import { presented } from "./presented.ts";

// Checks have connections of their own: whatever else keeps the database's others, a key gets its answer.

const CONNECTIONS = 3;

const server = withOneServer(CONNECTIONS);

const poolOf = (name: string): PoolUse | undefined =>
  server()
    .open.pools()
    .find(({ pool }) => pool === name);

/** Keeps every connection that is not for checks, until the work is over. */
async function whileAllAreTaken(work: () => Promise<void>): Promise<void> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const taken = Array.from({ length: CONNECTIONS }, async () => server().open.change(() => over));
  try {
    await until(() => poolOf("main")?.inUse === CONNECTIONS);
    await work();
  } finally {
    end();
    await Promise.all(taken);
  }
}

test("a token that was never seen is checked while all other connections are taken", async () => {
  const { keys } = server().latchkey.clientOf(server().latchkey.admin);
  const { key, token } = await keys.create.mutate({ title: "Shop" });
  expect(server().services.keys.peek(presented(token))).toBeUndefined();
  let list: Promise<KeyPage> | undefined;
  await whileAllAreTaken(async () => {
    list = keys.list.query({});
    await until(() => (poolOf("main")?.waiting ?? 0) > 0);
    expect(await keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID", keyId: key.id });
    expect(poolOf("main")).toMatchObject({ inUse: CONNECTIONS, idle: 0 });
    expect(poolOf("main")?.waiting).toBeGreaterThan(0);
  });
  expect((await list)?.items).toMatchObject([{ id: key.id }]);
});
