import type { KeyId } from "@latchkey/core";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { withOneServer } from "./one-server.ts";
import { until } from "@latchkey/testing/until";
import { presented } from "./presented.ts";

// A server on a machine whose clock is set while it runs. Keys end, and are used, by the database's.

const HOUR_MS = 3_600_000;

const server = withOneServer(3);
beforeAll(async () => {
  const { feed } = server().services;
  feed.start();
  await until(() => feed.state() === "live");
});

const keys = () => server().latchkey.clientOf(server().latchkey.admin).keys;
const outcome = async (token: string) => {
  const result = await verifyKey(server().services, { token, scopes: undefined });
  return result.ok ? result.value.outcome : result.error.code;
};

/** A key that ends so long from now, or ended so long ago, and that the server knows. */
async function knownKey(endsInMs: number): Promise<{ id: KeyId; token: string }> {
  const { key, token } = await keys().create.mutate({ title: "Shop" });
  const expiresAt = new Date(Date.now() + endsInMs);
  await server().latchkey.setInstants(key.id, { expiresAt });
  await know(token);
  return { id: key.id, token };
}

/** Until it is answered from memory: a stall may make a server forget. */
const know = (token: string) =>
  until(async () => {
    await outcome(token);
    return server().services.keys.peek(presented(token)) !== undefined;
  });

/** A whole beat of the feed from here on: what a server knows of the time is told anew by each. */
const beat = () => {
  const before = performance.now();
  return until(() => (server().services.feed.lastBeatAt() ?? 0) > before + 1);
};

describe.each([
  ["forwards", HOUR_MS],
  ["back", -HOUR_MS],
])("the host's clock goes %s by an hour", (_, step) => {
  /** Sets it until the test is over; only what reads the date is deceived. */
  const setClock = () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + step);
  };

  test("a key that is known stays VALID or EXPIRED, whatever the host makes of its end", async () => {
    const [lasting, expired] = [await knownKey(HOUR_MS / 2), await knownKey(-HOUR_MS / 2)];
    const observer = async () => [await outcome(lasting.token), await outcome(expired.token)];
    expect(await observer()).toEqual(["VALID", "EXPIRED"]);
    setClock();
    expect(await observer()).toEqual(["VALID", "EXPIRED"]);
    await beat();
    expect(await observer()).toEqual(["VALID", "EXPIRED"]);
    // From memory too, not only where it is read again.
    for (const [{ token }, ended] of [
      [lasting, false],
      [expired, true],
    ] as const) {
      await know(token);
      const { key, now } = server().services.keys.peek(presented(token)) ?? {};
      expect((key?.expiresAt ?? 0) <= (now ?? 0)).toBe(ended);
    }
  });

  test("a key that was not known is judged in the same way", async () => {
    const now = (await server().services.store.now()).getTime();
    setClock();
    for (const [expiresAt, ended] of [
      [new Date(now + HOUR_MS / 2), "VALID"],
      [new Date(now - HOUR_MS / 2), "EXPIRED"],
    ] as const) {
      const { key, token } = await keys().create.mutate({ title: "Shop" });
      await server().latchkey.setInstants(key.id, { expiresAt });
      expect(await outcome(token)).toBe(ended);
    }
  });

  test("use is counted under the hour and the instant of the database", async () => {
    const began = (await server().services.store.now()).getTime();
    const { id, token } = await knownKey(HOUR_MS / 2);
    setClock();
    await know(token);
    const before = (await server().services.store.now()).getTime();
    expect(await outcome(token)).toBe("VALID");
    await server().services.use.flush();
    const after = (await server().services.store.now()).getTime();
    const { lastUsedAt } = await keys().get.query({ id });
    // Half an hour is far from what the host's clock says.
    expect(Math.abs(Date.parse(lastUsedAt ?? "") - before)).toBeLessThan(HOUR_MS / 2);
    const { items } = await keys().usage.query({ id, days: 1 });
    const hours = [began, before, after].map((at) => at - (at % HOUR_MS));
    expect(items).not.toEqual([]);
    for (const { hour } of items) expect(hours).toContain(Date.parse(hour));
  });
});
