import { randomBytes } from "node:crypto";
import { type KeyId, newKeyId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { httpApp } from "../src/http/app.ts";
import { identifyOr } from "../src/http/identify.ts";
import type { KeyUse } from "../src/store/port/uses.ts";
import { asKey, call, codeOf, onEachEngine } from "./installation.ts";
import { seed } from "./key-stock.ts";

const HOUR_MS = 3_600_000;

onEachEngine("use", (latchkey) => {
  const keysOf = (caller = latchkey().admin) => latchkey().clientOf(caller).keys;
  const create = (scopes = ["*"]) => keysOf().create.mutate({ title: "Shop", scopes });
  const verify = async (token: string, scopes: string[] = []) =>
    (await keysOf().verify.mutate({ token, scopes })).outcome;
  const flush = () => latchkey().services.use.flush();
  const rowsOf = async () => {
    const [row] = await latchkey().database.query<{ last: number; hourly: number }>(
      sql`select (select count(*) from key_last_uses)::int as last,
        (select count(*) from key_hourly_uses)::int as hourly`,
    );
    return row;
  };
  const hoursAgo = (hours: number) => {
    const now = Date.now();
    return new Date(now - (now % HOUR_MS) - hours * HOUR_MS);
  };
  /** A key's uses of the last day; an hour may have ended between two of them. */
  const lastDay = async (id: KeyId) => {
    const { items } = await keysOf().usage.query({ id, days: 1 });
    const sum = { valid: 0, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
    for (const { valid, refused } of items) {
      sum.valid += valid;
      for (const [outcome, count] of Object.entries(refused)) {
        sum[outcome as keyof typeof refused] += count;
      }
    }
    return sum;
  };
  /** Use as other servers would have written it. */
  const write = (keyId: KeyId, uses: readonly (Partial<KeyUse> & { hour: Date })[]) => {
    const counts = { VALID: 1, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
    return latchkey().services.store.addUses(
      uses.map((use) => ({ keyId, lastUsedAt: use.hour, counts, ...use })),
    );
  };

  test("a token that passed makes its key used, and changes nothing else about it", async () => {
    const { key, token } = await create();
    const before = await latchkey().services.store.readHead();
    const began = Date.now();
    expect([await verify(token), await verify(token)]).toEqual(["VALID", "VALID"]);
    expect(await keysOf().get.query({ id: key.id })).toEqual(key);
    await flush();

    const used = await keysOf().get.query({ id: key.id });
    expect(used).toEqual({ ...key, lastUsedAt: used.lastUsedAt });
    expect(Math.abs(Date.parse(String(used.lastUsedAt)) - began)).toBeLessThan(60_000);
    expect((await keysOf().list.query()).items).toEqual([used]);
    expect(await latchkey().services.store.readHead()).toEqual(before);
  });

  test("each outcome is counted as what it was, and only VALID makes a key used", async () => {
    const { admin, setInstants } = latchkey();
    const { key, token } = await create(["a:b"]);
    const past = new Date(Date.now() - HOUR_MS);
    expect(await verify(token, ["c:d"])).toBe("INSUFFICIENT_SCOPE");
    await setInstants(key.id, { expiresAt: past });
    expect(await verify(token)).toBe("EXPIRED");
    await setInstants(key.id, { revokedAt: past, revokedBy: admin.userId });
    expect([await verify(token), await verify(token)]).toEqual(["REVOKED", "REVOKED"]);
    await latchkey().rewrite(sql`update users set disabled = true`);
    expect(await verify(token)).toBe("OWNER_DISABLED");
    await verify(`${token.slice(0, -1)}x`);
    await flush();

    const refused = { INSUFFICIENT_SCOPE: 1, EXPIRED: 1, REVOKED: 2, OWNER_DISABLED: 1 };
    expect(await lastDay(key.id)).toEqual({ valid: 0, ...refused });
    expect((await keysOf().get.query({ id: key.id })).lastUsedAt).toBeNull();
  });

  test("a key that acts on Latchkey's own API is used by that", async () => {
    const { services, defects } = latchkey();
    const { key, token } = await create(["keys:read"]);
    const app = httpApp({
      services,
      identify: identifyOr(null, services),
      onDefect: (defect) => defects.push(defect),
    });
    const send = async (credential: string) => {
      const request = call("auth.whoami", {});
      request.headers.set("authorization", `Bearer ${credential}`);
      return (await app.fetch(request)).status;
    };
    expect([await send(token), await send(token)]).toEqual([200, 200]);
    await keysOf().revoke.mutate({ id: key.id });
    expect(await send(token)).toBe(401);
    await flush();
    expect(await lastDay(key.id)).toMatchObject({ valid: 2, REVOKED: 1, EXPIRED: 0 });
  });

  test("what several servers write adds up, and the last use never goes back", async () => {
    const { key } = await create();
    const [hour, before] = [hoursAgo(1), hoursAgo(2)];
    const [early, late] = [new Date(hour.getTime() + 5), new Date(hour.getTime() + 9)];
    for (const lastUsedAt of [early, late, early, null]) {
      expect(await write(key.id, [{ hour, lastUsedAt }])).toEqual(new Set());
    }
    await write(key.id, [{ hour, lastUsedAt: early }, { hour: before }]);
    expect((await keysOf().get.query({ id: key.id })).lastUsedAt).toBe(late.toISOString());
    const { items } = await keysOf().usage.query({ id: key.id });
    expect(items.map(({ hour: at, valid }) => [at, valid])).toEqual([
      [before.toISOString(), 1],
      [hour.toISOString(), 5],
    ]);
  });

  test("very many uses in an hour are still counted", async () => {
    const { key } = await create();
    const counts = {
      VALID: 5_000_000_000,
      REVOKED: 0,
      EXPIRED: 0,
      OWNER_DISABLED: 0,
      INSUFFICIENT_SCOPE: 0,
    };
    await write(key.id, [{ hour: hoursAgo(0), counts }]);
    await write(key.id, [{ hour: hoursAgo(0), counts }]);
    expect(await lastDay(key.id)).toMatchObject({ valid: 10_000_000_000 });
  });

  test("a deleted key takes its counts with it, and use that comes late does not bring it back", async () => {
    const { key, token } = await create();
    await verify(token);
    await flush();
    expect(await rowsOf()).toEqual({ last: 1, hourly: 1 });
    await verify(token);
    await keysOf().revoke.mutate({ id: key.id });
    await keysOf().delete.mutate({ id: key.id });
    expect(await rowsOf()).toEqual({ last: 0, hourly: 0 });
    await flush();
    expect(await rowsOf()).toEqual({ last: 0, hourly: 0 });
    expect(latchkey().services.use.statistics().waiting).toBe(0);
    expect(await codeOf(keysOf().usage.query({ id: key.id }))).toBe("NOT_FOUND");
  });

  test("thousands of keys are written in one go", async () => {
    const { services } = latchkey();
    const keys = await seed(
      latchkey(),
      Array.from({ length: 2500 }, () => ({})),
    );
    const at = new Date();
    for (const { id } of keys) services.use.record({ key: { keyId: id }, outcome: "VALID", at });
    // One that there is not, among them.
    const keyId = newKeyId(at, randomBytes);
    services.use.record({ key: { keyId }, outcome: "VALID", at });
    await flush();
    expect(await rowsOf()).toEqual({ last: 2500, hourly: 2500 });
    expect(services.use.statistics().waiting).toBe(0);
  });

  test("usage covers so many days up to the hour that runs, in whole hours", async () => {
    const { key } = await create();
    const used = [90 * 24 - 1, 30 * 24, 30 * 24 - 1, 24, 23, 0].map(hoursAgo);
    await write(
      key.id,
      used.map((hour) => ({ hour })),
    );
    for (const days of [1, 30, undefined, 90]) {
      const began = Date.now();
      const input = { id: key.id, ...(days === undefined ? {} : { days }) };
      const { from, to, items } = await keysOf().usage.query(input);
      const [first, end] = [Date.parse(from), Date.parse(to)];
      expect(end - first).toBe((days ?? 30) * 24 * HOUR_MS);
      expect(end % HOUR_MS).toBe(0);
      expect(Math.abs(end - HOUR_MS / 2 - began)).toBeLessThan(HOUR_MS);
      const within = used.filter((hour) => hour.getTime() >= first);
      expect(items.map(({ hour }) => hour)).toEqual(within.map((hour) => hour.toISOString()));
    }
    for (const days of [0, 91, 1.5, -1, Number.NaN]) {
      expect(await codeOf(keysOf().usage.query({ id: key.id, days }))).toBe("INPUT_INVALID");
    }
  });

  test("usage is for whoever sees the key, and a key needs keys:read for it", async () => {
    const { addPerson, admin } = latchkey();
    const { key } = await create();
    const mia = await addPerson("member", "Mia");
    expect(await codeOf(keysOf(mia).usage.query({ id: key.id }))).toBe("NOT_FOUND");
    expect(await codeOf(keysOf(mia).usage.query({ id: "key_nonsense" }))).toBe("NOT_FOUND");
    const acting = (scope: string) => asKey(admin, { id: key.id, scopes: [scope] });
    const usage = (scope: string) =>
      latchkey().clientOf(acting(scope)).keys.usage.query({ id: key.id });
    expect(await codeOf(usage("keys:write"))).toBe("FORBIDDEN");
    expect(await usage("keys:read")).toMatchObject({ items: [] });
  });

  test("hours older than 90 days are forgotten, the last use is not", async () => {
    const { key } = await create();
    const kept = hoursAgo(89 * 24);
    await write(
      key.id,
      [hoursAgo(91 * 24), hoursAgo(92 * 24), kept].map((hour) => ({ hour })),
    );
    const { store } = latchkey().services;
    expect(await store.pruneUses(90, 1)).toBe(1);
    expect(await store.pruneUses(90, 10)).toBe(1);
    expect(await store.pruneUses(90, 10)).toBe(0);
    expect(await rowsOf()).toEqual({ last: 1, hourly: 1 });
    await store.pruneUses(1, 10);
    expect(await rowsOf()).toEqual({ last: 1, hourly: 0 });
    expect((await keysOf().get.query({ id: key.id })).lastUsedAt).toBe(kept.toISOString());
  });
});
