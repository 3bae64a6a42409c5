import { type Argon2Parameters, argon2, argon2Sync, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { derivePepperKey } from "@latchkey/core";
import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { createClient } from "@latchkey/client";
import { loginAttempts, sessions, users } from "../src/db/schema.ts";
import { createPasswords } from "../src/use-cases/sessions/password.ts";
import { call, codeOf, onEachEngine } from "./installation.ts";
import { OTHER, overHttp, PASSWORD, withPassword } from "./over-http.ts";
import { reseal } from "./reseal.ts";
import { withTwoServers } from "./two-servers.ts";
import { until } from "@latchkey/testing/until";

// What a login costs, whom it tells nothing, and how often it may be tried.

const derive = promisify(argon2);

onEachEngine("a login", (latchkey) => {
  /** A server whose derivations of passwords are seen, and held up if wished. */
  const serve = (options: { atOnce?: number; waiting?: number; gate?: Promise<void> } = {}) => {
    const { gate, ...bounds } = options;
    const derived: Argon2Parameters[] = [];
    const running = { now: 0, most: 0 };
    const deriveKey: typeof derive = async (algorithm, parameters) => {
      derived.push(parameters);
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await gate;
      const key = await derive(algorithm, parameters);
      running.now -= 1;
      return key;
    };
    const passwords = createPasswords({
      ...bounds,
      deriveKey,
      randomBytes,
      secret: derivePepperKey(latchkey().services.pepper, "latchkey/password/v1"),
    });
    const services = { ...latchkey().services, passwords };
    return { ...overHttp({ ...latchkey(), services }), derived, running };
  };

  test("that fails gets one answer, and costs one derivation of the same cost, whoever it is for", async () => {
    const { clientOf, admin } = latchkey();
    const asAdmin = clientOf(admin);
    const { id } = await withPassword(latchkey(), "member", "off@example.com");
    await asAdmin.users.disable.mutate({ id });
    await withPassword(latchkey(), "member", "on@example.com");
    await asAdmin.users.add.mutate({ email: "without@example.com" });
    await asAdmin.users.add.mutate({ email: "robot@example.com", role: "service" });
    const { send, derived } = serve();
    const seen = new Set<string>();
    for (const input of [
      { email: "on@example.com", password: OTHER },
      { email: "nobody@example.com", password: PASSWORD },
      { email: "off@example.com", password: PASSWORD },
      { email: "without@example.com", password: PASSWORD },
      { email: "robot@example.com", password: "" },
    ]) {
      const response = await send(call("auth.login", input));
      const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
      const costs = derived.splice(0).map(({ message, nonce, ...cost }) => ({
        ...cost,
        saltBytes: (nonce as Buffer).byteLength,
        isOfThePassword: message === input.password,
      }));
      const { status } = response;
      seen.add(JSON.stringify({ status, headers, body: await response.text(), costs }, null, 1));
    }
    expect(seen.size).toBe(1);
    expect(JSON.parse([...seen].join())).toMatchObject({
      status: 401,
      costs: [
        {
          memory: 19_456,
          passes: 2,
          parallelism: 1,
          tagLength: 32,
          saltBytes: 16,
          isOfThePassword: true,
        },
      ],
    });
  });

  test("waits for its turn, and where too many wait is told to come again", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { send, running } = serve({ atOnce: 1, waiting: 1, gate });
    const tries = [1, 2, 3].map(async (number) => {
      const input = { email: `nobody-${number}@example.com`, password: PASSWORD };
      const response = await send(call("auth.login", input));
      const { error } = (await response.json()) as { error: { data: object } };
      return { status: response.status, data: error.data };
    });
    // The others can't have an answer yet.
    expect(await Promise.race(tries)).toMatchObject({
      status: 429,
      data: { reason: "RATE_LIMITED", retryAfterSeconds: 1 },
    });
    open();
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(2);
    expect(running.most).toBe(1);
    // The line is free again.
    const again = send(call("auth.login", { email: "x@example.com", password: PASSWORD }));
    expect((await again).status).toBe(401);
    expect(latchkey().defects).toEqual([]);
  });

  test("is derived two at a time, where nothing else was chosen", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { send, running } = serve({ gate });
    const statuses = Array.from({ length: 8 }, async (_, i) => {
      const input = { email: `nobody-${i}@example.com`, password: PASSWORD };
      return (await send(call("auth.login", input))).status;
    });
    await until(() => running.now === 2);
    open();
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([401]));
    expect(running.most).toBe(2);
  });

  test("takes the place of sessions that are over, and of no other", async () => {
    const { database } = latchkey();
    await withPassword(latchkey(), "member", "max@example.com");
    const server = overHttp(latchkey());
    const ids = async () => {
      const rows = await database.db
        .select({ id: sessions.id })
        .from(sessions)
        .orderBy(sessions.id);
      return rows.map(({ id }) => id);
    };
    const before = await ids();
    for (let logins = 0; logins < 3; logins += 1) await server.login("max@example.com");
    const [expired, idle, live] = (await ids()).filter((id) => !before.includes(id));
    const weekAgo = sql`now() - interval '7 days'`;
    await database.query(sql`update sessions set expires_at = now() where id = ${expired}`);
    await database.query(sql`update sessions set last_seen_at = ${weekAgo} where id = ${idle}`);
    await server.login("max@example.com");
    const after = await ids();
    expect(after).toEqual(expect.arrayContaining([...before, live]));
    expect(after).toHaveLength(before.length + 2);
    expect(after).not.toContain(expired);
    expect(after).not.toContain(idle);
  });

  test("makes the stored hash again where its cost has changed, and only there", async () => {
    const { database } = latchkey();
    const { id } = await withPassword(latchkey(), "member", "max@example.com");
    const stored = async () => {
      const rows = await database.db
        .select({ hash: users.passwordHash })
        .from(users)
        .where(eq(users.id, id));
      return rows[0]?.hash;
    };
    const server = overHttp(latchkey());
    const first = await stored();
    expect(first).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=AQ\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    await server.login("max@example.com");
    expect(await stored()).toBe(first);

    const cheap = phcOf(PASSWORD, { memory: 64, passes: 1, parallelism: 1 });
    await database.db.update(users).set({ passwordHash: cheap }).where(eq(users.id, id));
    await reseal(database, latchkey().services.pepper);
    expect(await codeOf(server.login("max@example.com", OTHER))).toBe("UNAUTHENTICATED");
    expect(await stored()).toBe(cheap);
    await server.login("max@example.com");
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=AQ\$/);
    await server.login("max@example.com");
  });
});

describe("attempts at two servers (PostgreSQL)", () => {
  const two = withTwoServers();
  const ELSEWHERE = "198.51.100.7";
  const attemptOf = (email: string, address: string) => ({ email, address, known: null });
  /** Seconds to wait, of so many attempts in turn at one server and the other. */
  const count = async (times: number, email: (i: number) => string, address: string) => {
    const waits: number[] = [];
    for (let i = 0; i < times; i += 1) {
      waits.push(
        (await two().servers[i % 2 === 0 ? 0 : 1].throttle.count(attemptOf(email(i), address))) ??
          0,
      );
    }
    return waits.filter((seconds) => seconds === 0).length;
  };
  const codesOf = async (email: string, password = PASSWORD) => {
    const codes: string[] = [];
    for (const { url } of two().listeners) {
      codes.push(await codeOf(createClient({ url }).auth.login.mutate({ email, password })));
    }
    return codes;
  };

  test("are bounded for an account at both together, and forgiven by a login", async () => {
    await withPassword(two().installation, "member", "max@example.com");
    await withPassword(two().installation, "member", "mia@example.com");
    const attempt = (times: number) =>
      count(times, () => "max@example.com", `${ELSEWHERE.slice(0, -1)}${times}`);
    expect(await attempt(18)).toBe(18);
    expect(await codesOf("max@example.com")).toEqual(["no failure", "no failure"]);
    expect(await attempt(25)).toBe(20);
    // From here on even the right password has to wait, wherever it comes from.
    expect(await codesOf("MAX@example.com")).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    expect(await codesOf("mia@example.com")).toEqual(["no failure", "no failure"]);
  });

  test("are bounded for an address at both together, whatever the account", async () => {
    await withPassword(two().installation, "member", "max@example.com");
    expect(await count(105, (i) => `nobody-${i}@example.com`, "127.0.0.1")).toBe(100);
    expect(await codesOf("max@example.com")).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    expect(await count(1, () => "max@example.com", ELSEWHERE)).toBe(1);
  });

  test("of one IPv6 network count together", async () => {
    expect(await count(105, (i) => `nobody-${i}@example.com`, "2001:db8::1")).toBe(100);
    expect(await count(1, () => "max@example.com", "2001:db8::ffff:2")).toBe(0);
    expect(await count(1, () => "max@example.com", "2001:db8:0:1::1")).toBe(1);
  });

  test("at the same time are not counted short", async () => {
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        two().servers[i % 2 === 0 ? 0 : 1].throttle.count(attemptOf("max@example.com", ELSEWHERE)),
      ),
    );
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(20);
    for (const seconds of waits.filter((wait) => wait !== 0)) {
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(15 * 60);
    }
  });

  test("begin anew after a quarter of an hour, and then leave nothing behind", async () => {
    const { installation } = two();
    const { db } = installation.database;
    await withPassword(installation, "member", "max@example.com");
    await count(25, () => "max@example.com", ELSEWHERE);
    await count(1, () => "nobody@example.com", ELSEWHERE);
    expect(await codesOf("max@example.com")).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    await db.update(loginAttempts).set({ expire: sql`clock_timestamp() - interval '1 second'` });
    expect(await codesOf("max@example.com")).toEqual(["no failure", "no failure"]);
    const left = await db.select({ key: loginAttempts.key }).from(loginAttempts);
    expect(left.map(({ key }) => key)).toEqual(["address:127.0.0.1"]);
  });

  describe("of whoever signed in before", () => {
    const EMAIL = "max@example.com";
    const loginAt = (
      server: 0 | 1,
      device?: string,
      { email = EMAIL, password = PASSWORD } = {},
    ) => {
      const input = { email, password, ...(device === undefined ? {} : { device }) };
      return createClient(two().listeners[server]).auth.login.mutate(input);
    };
    const strangersUseUp = async (email = EMAIL) => {
      expect(await count(25, () => email, ELSEWHERE)).toBe(20);
      expect(await count(105, (i) => `nobody-${i}@example.com`, "127.0.0.1")).toBeLessThan(105);
    };

    test("are counted by that device alone, at both servers, whatever strangers do", async () => {
      await withPassword(two().installation, "member", EMAIL);
      const { device } = await loginAt(0);
      const other = await loginAt(1);
      expect(other.device).not.toBe(device);
      await strangersUseUp();
      expect(await codeOf(loginAt(0))).toBe("RATE_LIMITED");
      for (const server of [0, 1] as const) {
        expect((await loginAt(server, device)).device).toBe(device);
      }
      // Its own login forgives nothing to strangers.
      expect(await codeOf(loginAt(0))).toBe("RATE_LIMITED");
      const wrong = { password: OTHER };
      const codes: string[] = [];
      for (let i = 0; i < 21; i += 1)
        codes.push(await codeOf(loginAt(i % 2 ? 0 : 1, device, wrong)));
      expect(codes).toEqual([...Array<string>(20).fill("UNAUTHENTICATED"), "RATE_LIMITED"]);
      expect(await codeOf(loginAt(0, device))).toBe("RATE_LIMITED");
      expect(await codeOf(loginAt(0, other.device))).toBe("no failure");
    });

    test("are a stranger's where the hint is another user's, changed or made up", async () => {
      await withPassword(two().installation, "member", EMAIL);
      await withPassword(two().installation, "member", "mia@example.com");
      const { device } = await loginAt(0);
      const { device: hers } = await loginAt(0, undefined, { email: "mia@example.com" });
      await strangersUseUp();
      const changed = `${device.startsWith("A") ? "B" : "A"}${device.slice(1)}`;
      const madeUp = randomBytes(48).toString("base64url");
      for (const hint of [
        hers,
        changed,
        madeUp,
        `${device}AAAA`,
        device.slice(0, -4),
        "",
        "junk",
      ]) {
        expect(await codeOf(loginAt(0, hint))).toBe("RATE_LIMITED");
      }
      expect(await codeOf(loginAt(0, device))).toBe("no failure");
    });

    test("tell nothing of whether there is such an account", async () => {
      await withPassword(two().installation, "member", EMAIL);
      const { device } = await loginAt(0);
      const answer = async (email: string, hint: string) => {
        const post = async () => {
          const input = call("auth.login", { email, password: OTHER, device: hint });
          const response = await fetch(`${two().listeners[0].url}/trpc/auth.login`, {
            method: "POST",
            headers: input.headers,
            body: await input.text(),
          });
          return [response.status, (await response.text()).replace(/\d+ s|:\d+/g, "…")];
        };
        const first = await post();
        await count(25, () => email, `203.0.113.${email.length}`);
        return [first, await post()];
      };
      const madeUp = randomBytes(48).toString("base64url");
      const unknown = await answer("nobody@example.com", madeUp);
      expect(unknown.map(([status]) => status)).toEqual([401, 429]);
      expect(await answer(EMAIL, madeUp)).toEqual(unknown);
      expect(await answer("someone@example.com", device)).toEqual(unknown);
    });

    test("with a wrong current password are counted by the session", async () => {
      await withPassword(two().installation, "member", EMAIL);
      const { sessionToken: token } = await loginAt(0);
      await strangersUseUp();
      const passwordAt = (server: 0 | 1) =>
        createClient({ url: two().listeners[server].url, token });
      const change = (server: 0 | 1, current: string) =>
        codeOf(passwordAt(server).auth.setPassword.mutate({ current, next: OTHER }));
      const codes: string[] = [];
      for (let i = 0; i < 21; i += 1) codes.push(await change(i % 2 ? 0 : 1, "wrong by far"));
      expect(codes).toEqual([...Array<string>(20).fill("UNAUTHENTICATED"), "RATE_LIMITED"]);
      expect(await change(0, PASSWORD)).toBe("RATE_LIMITED");
    });

    test("change their password, though strangers used up the attempts on the account", async () => {
      await withPassword(two().installation, "member", EMAIL);
      const { sessionToken: token, device } = await loginAt(0);
      await strangersUseUp();
      const { auth } = createClient({ url: two().listeners[1].url, token });
      await auth.setPassword.mutate({ current: PASSWORD, next: OTHER });
      expect(await codeOf(loginAt(0, device, { password: OTHER }))).toBe("no failure");
    });
  });
});

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

/** A hash by Node's own argon2, at another cost than ours. */
function phcOf(password: string, { memory, passes, parallelism }: Cost): string {
  const nonce = Buffer.alloc(16, 7);
  const cost = { memory, passes, parallelism, tagLength: 32 };
  const tag = argon2Sync("argon2id", { message: password, nonce, ...cost });
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString("base64").replaceAll("=", ""));
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${salt}$${hash}`;
}
