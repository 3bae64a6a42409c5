import { type Argon2Parameters, argon2, argon2Sync, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { derivePepperKey, type UserId } from "@latchkey/core";
import { count, eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { sessions, users } from "../src/db/schema.ts";
import { createPasswords } from "../src/use-cases/sessions/password.ts";
import { setOwnPassword } from "../src/use-cases/sessions/set-own-password.ts";
import { startSshSession } from "../src/use-cases/sessions/start-ssh-session.ts";
import { codeOf } from "./installation.ts";
import { OTHER, overHttp, PASSWORD, withPassword } from "./over-http.ts";
import { newPublicKey } from "./key-pair.ts";
import { reseal } from "./reseal.ts";
import { withTwoServers } from "./two-servers.ts";

// Somebody signs in at one server, and what that rests on changes at the other before it is done.

const derive = promisify(argon2);
const NEXT = "an entirely new password";
const EMAIL = "max@example.com";

const two = withTwoServers();
let id: UserId;

beforeEach(async () => {
  ({ id } = await withPassword(two().installation, "member", EMAIL));
});

/** The first server, each of whose derivations waits until it is let go. */
function heldServer() {
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const deriveKey: typeof derive = async (algorithm, parameters: Argon2Parameters) => {
    reach();
    await gate;
    return derive(algorithm, parameters);
  };
  const secret = derivePepperKey(two().servers[0].pepper, "latchkey/password/v1");
  const passwords = createPasswords({ deriveKey, secret, randomBytes });
  const services = { ...two().servers[0], passwords };
  return { ...overHttp({ ...two().installation, services }), reached, letGo };
}

/** What an admin does to the user, at the second server. */
const atSecond = () => {
  const { admin, clientOf } = two().installation;
  const { send: _, ...second } = overHttp({ ...two().installation, services: two().servers[1] });
  return { ...second, users: clientOf(admin).users, sshKeys: clientOf(admin).sshKeys };
};

const meanwhile = {
  "their password is reset": () => atSecond().users.setPassword.mutate({ id, password: NEXT }),
  "they are disabled": () => atSecond().users.disable.mutate({ id }),
  "they become a service": () => atSecond().users.setRole.mutate({ id, role: "service" }),
};

const sessionCount = async () => {
  const { db } = two().installation.database;
  const [row] = await db.select({ held: count() }).from(sessions).where(eq(sessions.userId, id));
  return row?.held;
};

describe("a login under way (PostgreSQL)", () => {
  test.for(Object.entries(meanwhile))("begins no session where %s", async ([, change]) => {
    const held = heldServer();
    const code = codeOf(held.login(EMAIL));
    await held.reached;
    await change();
    held.letGo();
    expect(await code).toBe("UNAUTHENTICATED");
    expect(await sessionCount()).toBe(0);
  });

  test("that starts with a reset leaves nobody signed in by the old password", async () => {
    const { anybody, users: asAdmin } = atSecond();
    for (let round = 0; round < 6; round += 1) {
      const [before, after] = round % 2 === 0 ? [PASSWORD, NEXT] : [NEXT, PASSWORD];
      const login = anybody.auth.login.mutate({ email: EMAIL, password: before }).catch(() => null);
      await Promise.all([login, asAdmin.setPassword.mutate({ id, password: after })]);
      expect(await sessionCount()).toBe(0);
    }
  });

  test("never writes the old password back, though its hash was to be made again", async () => {
    const { db } = two().installation.database;
    await db.update(users).set({ passwordHash: cheapHash() }).where(eq(users.id, id));
    await reseal(two().installation.database, two().servers[0].pepper);
    const held = heldServer();
    const code = codeOf(held.login(EMAIL));
    await held.reached;
    await atSecond().users.setPassword.mutate({ id, password: NEXT });
    held.letGo();
    expect(await code).toBe("UNAUTHENTICATED");
    expect(await codeOf(atSecond().login(EMAIL))).toBe("UNAUTHENTICATED");
    expect(await codeOf(atSecond().login(EMAIL, NEXT))).toBe("no failure");
  });

  test("goes on where another one made the hash of the same password again", async () => {
    const { db } = two().installation.database;
    await db.update(users).set({ passwordHash: cheapHash() }).where(eq(users.id, id));
    await reseal(two().installation.database, two().servers[0].pepper);
    const codes = [atSecond(), atSecond(), atSecond()].map(({ login }) => codeOf(login(EMAIL)));
    expect(await Promise.all(codes)).toEqual(["no failure", "no failure", "no failure"]);
  });
});

describe("a change of one's own password under way (PostgreSQL)", () => {
  test("is judged by the password as it is when it is written", async () => {
    const { client } = await atSecond().login(EMAIL);
    const codes = [OTHER, NEXT].map((next) =>
      codeOf(client.auth.setPassword.mutate({ current: PASSWORD, next })),
    );
    expect((await Promise.all(codes)).sort()).toEqual(["UNAUTHENTICATED", "no failure"]);
  });

  test("without a session ends by a reset as well", async () => {
    const [first] = two().servers;
    const readLogin: typeof first.store.readLogin = async (email) => {
      const found = await first.store.readLogin(email);
      await meanwhile["their password is reset"]();
      return found;
    };
    const held = { ...first, store: { ...first.store, readLogin } };
    const principal = { kind: "operator", userId: id, role: "member" } as const;
    const user = { email: EMAIL, name: "Max" };
    const operator = { principal, user, via: "local", address: null } as const;
    const changed = await setOwnPassword(held, operator, { current: PASSWORD, next: OTHER });
    expect(changed).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
    expect(await codeOf(atSecond().login(EMAIL, NEXT))).toBe("no failure");
  });
});

describe("a session by an SSH key that is about to begin (PostgreSQL)", () => {
  const { "their password is reset": _, ...ends } = meanwhile;
  let fingerprint: string;
  beforeEach(async () => {
    const input = { publicKey: newPublicKey(), userId: id };
    ({ fingerprint } = await atSecond().sshKeys.add.mutate(input));
  });
  const changes = {
    ...ends,
    "the key is removed": () => atSecond().sshKeys.remove.mutate({ fingerprint }),
  };

  test.for(Object.entries(changes))("does not where %s", async ([, change]) => {
    const [first] = two().servers;
    const readSshKey: typeof first.store.readSshKey = async (asked) => {
      const found = await first.store.readSshKey(asked);
      await change();
      return found;
    };
    const held = { ...first, store: { ...first.store, readSshKey } };
    const started = await startSshSession(held, fingerprint, null);
    expect(started).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
    expect(await sessionCount()).toBe(0);
  });
});

/** A hash of `PASSWORD` at a lower cost than ours. */
function cheapHash(): string {
  const nonce = Buffer.alloc(16, 7);
  const cost = { memory: 64, passes: 1, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync("argon2id", { message: PASSWORD, nonce, ...cost });
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString("base64").replaceAll("=", ""));
  return `$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}`;
}
