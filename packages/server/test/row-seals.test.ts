import { argon2Sync, randomBytes } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { createClient } from "@latchkey/client";
import { createLog } from "../src/log/log.ts";
import { describeDefect } from "../src/log/defect-log.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { sshGateway } from "../src/ssh/gateway.ts";
import { codeOf, onEachEngine, signIn } from "./installation.ts";
import { listenInTest, sendRaw } from "./listener.ts";
import { OTHER, PASSWORD, withPassword } from "./over-http.ts";
import { newPublicKey } from "./key-pair.ts";

// What whoever writes to the database, without the pepper, makes of the rows that power rests on. Over HTTP,
// to a server that has seen none of them yet.

onEachEngine("rows changed behind the program's back", (latchkey) => {
  const run = async (...statements: SQL[]) => {
    for (const statement of statements) await latchkey().database.query(statement);
  };
  const setUp = async () => {
    const { services, admin, clientOf } = latchkey();
    const logged: unknown[] = [];
    const log = Object.assign(createLog("silent"), {
      error: (defect: unknown) => logged.push(defect),
    });
    const { url } = await listenInTest(services, { log });
    const as = (token?: string) => createClient({ url, token });
    const { token } = await signIn(latchkey(), admin);
    return { url, as, boss: as(token), made: clientOf(admin), logged };
  };
  /** Each row as text, but for what use moves. */
  const rowsOf = async (table: "api_keys" | "users" | "sessions" | "ssh_keys") =>
    JSON.stringify(
      await latchkey().database.query(
        sql`select to_jsonb(t) - 'last_seen_at' as row from ${sql.identifier(table)} t order by 1`,
      ),
    );

  describe("a key", () => {
    const past = sql`now() - interval '1 hour'`;
    const attacks: Readonly<Record<string, (id: string, other: string) => SQL[]>> = {
      "whose revocation is cleared": (id) => [
        sql`update api_keys set revoked_at = null, revoked_by = null where id = ${id}`,
      ],
      "whose revocation is put off": (id) => [
        sql`update api_keys set revoked_at = revoked_at + interval '1 year' where id = ${id}`,
      ],
      "whose scopes are widened": (id) => [
        sql`update api_keys set scopes = '{*}' where id = ${id}`,
      ],
      "that changes its owner": (id) => [
        sql`update api_keys set owner_id = (select id from users where role = 'admin') where id = ${id}`,
      ],
      "whose expiry moves": (id) => [
        sql`update api_keys set expires_at = now() + interval '5 years' where id = ${id}`,
      ],
      "that expired": (id) => [sql`update api_keys set expires_at = ${past} where id = ${id}`],
      "that never expires": (id) => [
        sql`update api_keys set expires_at = 'infinity' where id = ${id}`,
      ],
      "with another title": (id) => [sql`update api_keys set title = 'Trust me' where id = ${id}`],
      "without a seal": (id) => [sql`update api_keys set mac = null where id = ${id}`],
      "with half a seal": (id) => [
        sql`update api_keys set mac = substr(mac, 1, 16) where id = ${id}`,
      ],
      "with another key's seal": (id, other) => [
        sql`update api_keys set mac = (select mac from api_keys where id = ${other}) where id = ${id}`,
      ],
      "with the facts and the seal of another": (id, other) => [
        sql`update api_keys k set (owner_id, title, scopes, expires_at, revoked_at, revoked_by, mac) =
          (select owner_id, title, scopes, expires_at, revoked_at, revoked_by, mac
            from api_keys where id = ${other}) where id = ${id}`,
      ],
      "with the digest of another": (id, other) => [
        sql`create temporary table swapped as select * from api_keys where id in (${id}, ${other})`,
        sql`update api_keys set digest = decode(repeat('00', 32), 'hex') where id = ${other}`,
        sql`update api_keys set digest = (select digest from swapped where id = ${other}) where id = ${id}`,
        sql`update api_keys set digest = (select digest from swapped where id = ${id}) where id = ${other}`,
        sql`drop table swapped`,
      ],
    };

    test.each(Object.entries(attacks))("%s is a defect in every use", async (name, attack) => {
      const { addPerson, clientOf, services } = latchkey();
      const { url, as, boss, logged } = await setUp();
      const { keys } = clientOf(await addPerson("member", "Mia"));
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      const make = (title: string) => keys.create.mutate({ title, scopes: ["a:b"], expiresAt });
      const [{ key, token }, other, bystander] = [
        await make("Shop"),
        await make("Other"),
        await make("Bystander"),
      ];
      if (name.includes("revocation")) await keys.revoke.mutate({ id: key.id });
      const { token: trusted } = await latchkey()
        .clientOf(latchkey().admin)
        .keys.create.mutate({ title: "Checks" });
      await run(...attack(key.id, other.key.id));
      const before = await rowsOf("api_keys");
      const presented = name.includes("digest") ? other.token : token;

      // Together, so that they are looked up in one statement.
      const [tampered, sound] = await Promise.allSettled(
        [presented, bystander.token].map((one) =>
          verifyKey(services, { token: one, scopes: undefined }),
        ),
      );
      expect(tampered).toMatchObject({
        status: "rejected",
        reason: { name: "RowTampered", row: { kind: "key", id: key.id } },
      });
      expect(sound).toMatchObject({ value: { value: { outcome: "VALID" } } });

      const authorization = [["Authorization", `Bearer ${presented}`]] as const;
      expect((await sendRaw(url, "/verify", { headers: authorization })).status).toBe(500);
      const byService = as(trusted).keys;
      expect(await codeOf(byService.verify.mutate({ token: presented }))).toBe("INTERNAL");
      expect(await codeOf(byService.resolve.mutate({ token: presented }))).toBe("INTERNAL");
      expect(await codeOf(as(presented).auth.whoami.query())).toBe("INTERNAL");
      expect(await codeOf(boss.keys.rename.mutate({ id: key.id, title: "New" }))).toBe("INTERNAL");
      expect(await codeOf(boss.keys.revoke.mutate({ id: key.id }))).toBe("INTERNAL");
      expect(await codeOf(boss.keys.rotate.mutate({ id: key.id }))).toBe("INTERNAL");
      expect(await rowsOf("api_keys")).toBe(before);
      const row = { kind: "key", id: key.id };
      expect(logged.length).toBeGreaterThan(0);
      expect(logged).toEqual(logged.map(() => expect.objectContaining({ row })));
      expect(await byService.verify.mutate({ token: bystander.token })).toMatchObject({
        outcome: "VALID",
      });
    });
  });

  describe("a user", () => {
    const attacks: Readonly<Record<string, SQL>> = {
      "who becomes an admin": sql`role = 'admin'`,
      "who is enabled again": sql`disabled = false`,
      "with another email": sql`email = 'boss@example.com'`,
      "with another name": sql`name = 'Boss'`,
      "without a seal": sql`mac = null`,
      "with the seal of another": sql`mac = (select mac from users where role = 'admin' limit 1)`,
    };

    test.each(Object.entries(attacks))("%s has no power", async (name, change) => {
      const { as, boss, made, logged } = await setUp();
      const { id } = await withPassword(latchkey(), "member", "max@example.com");
      const { sessionToken } = await as().auth.login.mutate({
        email: "max@example.com",
        password: PASSWORD,
      });
      const { token } = await as(sessionToken).keys.create.mutate({ title: "Shop" });
      if (name.includes("enabled")) await made.users.disable.mutate({ id });
      await run(sql`update users set ${change} where id = ${id}`);
      const before = await rowsOf("users");
      const email = name.includes("email") ? "boss@example.com" : "max@example.com";
      expect(await codeOf(as().auth.login.mutate({ email, password: PASSWORD }))).toBe("INTERNAL");
      if (!name.includes("enabled")) {
        expect(await codeOf(as(sessionToken).auth.whoami.query())).toBe("INTERNAL");
        expect(await codeOf(as(sessionToken).keys.create.mutate({ title: "A" }))).toBe("INTERNAL");
      }
      expect(await codeOf(as(token).auth.whoami.query())).toBe("INTERNAL");
      expect(await codeOf(boss.keys.verify.mutate({ token }))).toBe("INTERNAL");
      expect(await codeOf(boss.users.setRole.mutate({ id, role: "service" }))).toBe("INTERNAL");
      expect(await rowsOf("users")).toBe(before);
      expect(logged).toEqual(
        logged.map(() => expect.objectContaining({ row: { kind: "user", id } })),
      );
    });

    test("who was made an admin does not count as one", async () => {
      const { addPerson, admin } = latchkey();
      const { boss } = await setUp();
      const { userId } = await addPerson("member", "Mia");
      await run(sql`update users set role = 'admin' where id = ${userId}`);
      const { userId: id } = admin;
      expect(await codeOf(boss.users.disable.mutate({ id }))).toBe("INTERNAL");
      expect(await codeOf(boss.users.setRole.mutate({ id, role: "member" }))).toBe("INTERNAL");
    });

    test("put in with a key of one's own has no power", async () => {
      const { as } = await setUp();
      await run(sql`insert into users (id, email, name, role, password_hash, password_set_at, created_at)
        values ('user_01jn000000e00000000000000a', 'eve@example.com', 'Eve', 'admin', ${oldForm(OTHER)},
          now(), now())`);
      const login = { email: "eve@example.com", password: OTHER };
      expect(await codeOf(as().auth.login.mutate(login))).toBe("INTERNAL");
    });
  });

  describe("a password", () => {
    const planted: Readonly<Record<string, (id: string) => SQL[]>> = {
      "hashed as older programs did": (id) => [
        sql`update users set password_hash = ${oldForm(OTHER)} where id = ${id}`,
      ],
      "hashed without the secret, and said to be with it": (id) => [
        sql`update users set password_hash = ${oldForm(OTHER, ",keyid=AQ")} where id = ${id}`,
      ],
      "hashed for another": (id) => [
        sql`update users set password_hash = eve.password_hash, password_set_at = eve.password_set_at
          from users eve where eve.email = 'eve@example.com' and users.id = ${id}`,
      ],
      "hashed for another, with its seal": (id) => [
        sql`update users set password_hash = eve.password_hash, password_set_at = eve.password_set_at,
            password_mac = eve.password_mac
          from users eve where eve.email = 'eve@example.com' and users.id = ${id}`,
      ],
      "without a seal": (id) => [
        sql`update users set password_hash = ${oldForm(OTHER)}, password_mac = null where id = ${id}`,
      ],
    };

    test.each(Object.entries(planted))("that is planted, %s, opens nothing", async (_, plant) => {
      const { as, made } = await setUp();
      const { id } = await withPassword(latchkey(), "admin", "max@example.com");
      await made.users.add.mutate({ email: "eve@example.com", role: "member", password: OTHER });
      await run(...plant(id));
      const before = await rowsOf("users");
      const login = { email: "max@example.com", password: OTHER };
      expect(await codeOf(as().auth.login.mutate(login))).toBe("INTERNAL");
      expect(await rowsOf("users")).toBe(before);
    });

    test("can't be guessed from a dump: its hash without the secret fits none", async () => {
      await withPassword(latchkey(), "member", "max@example.com");
      const [row] = await latchkey().database.query<{ hash: string }>(
        sql`select password_hash as hash from users where email = 'max@example.com'`,
      );
      const [, , , parameters, salt = "", tag] = String(row?.hash).split("$");
      expect(parameters).toBe("m=19456,t=2,p=1,keyid=AQ");
      expect(derive(PASSWORD, Buffer.from(salt, "base64"))).not.toBe(tag);
    });
  });

  describe("a session", () => {
    const attacks: Readonly<Record<string, SQL>> = {
      "of another user": sql`user_id = (select id from users where role = 'admin' limit 1)`,
      "that lasts longer": sql`expires_at = expires_at + interval '1 year'`,
      "that lasts for ever": sql`expires_at = 'infinity'`,
      "that began later": sql`created_at = created_at + interval '1 day'`,
      "by another transport": sql`via = 'local'`,
      "without a seal": sql`mac = null`,
    };

    test.each(Object.entries(attacks))("%s is a defect", async (_, change) => {
      const { as, logged } = await setUp();
      const member = await latchkey().addPerson("member", "Mia");
      const { token, sessionId, ...caller } = await signIn(latchkey(), member);
      const sound = await signIn(latchkey(), member);
      await run(sql`update sessions set ${change} where id = ${sessionId}`);
      const [tampered, other] = await Promise.all(
        [token, sound.token].map((one) => codeOf(as(one).auth.whoami.query())),
      );
      expect([tampered, other]).toEqual(["INTERNAL", "no failure"]);
      // Also where it was known before: the change looks again.
      const late = latchkey()
        .clientOf({ ...caller })
        .keys.create.mutate({ title: "Late" });
      expect(await codeOf(late)).toBe("INTERNAL");
      expect(logged).toEqual([
        expect.objectContaining({ row: { kind: "session", id: sessionId } }),
      ]);
    });

    test("with the digest of another opens neither", async () => {
      const { as } = await setUp();
      const { admin, addPerson } = latchkey();
      const boss = await signIn(latchkey(), admin);
      const mine = await signIn(latchkey(), await addPerson("member", "Mia"));
      await run(
        sql`create temporary table swapped as select id, digest from sessions`,
        sql`update sessions set digest = decode(repeat('00', 32), 'hex') where id = ${mine.sessionId}`,
        sql`update sessions set digest = (select digest from swapped where id = ${mine.sessionId})
          where id = ${boss.sessionId}`,
        sql`update sessions set digest = (select digest from swapped where id = ${boss.sessionId})
          where id = ${mine.sessionId}`,
        sql`drop table swapped`,
      );
      for (const { token } of [mine, boss]) {
        expect(await codeOf(as(token).auth.whoami.query())).toBe("INTERNAL");
      }
    });
  });

  describe("an SSH key", () => {
    const KEY = "SHA256:planted";
    const attacks: Readonly<Record<string, (fingerprint: string) => SQL>> = {
      "that is put in": () => sql`insert into ssh_keys
        (fingerprint, user_id, public_key, label, created_at, added_by, proven)
        select ${KEY}, id, ${newPublicKey()}, 'laptop', now(), id, true from users where role = 'admin' limit 1`,
      "that is put in with another's seal": (fingerprint) => sql`insert into ssh_keys
        (fingerprint, user_id, public_key, label, created_at, added_by, proven, mac)
        select ${KEY}, user_id, public_key, label, created_at, added_by, proven, mac
        from ssh_keys where fingerprint = ${fingerprint}`,
      "that is given to another user": (fingerprint) => sql`update ssh_keys
        set user_id = (select id from users where role = 'admin' limit 1) where fingerprint = ${fingerprint}`,
      "with another public key": (fingerprint) => sql`update ssh_keys
        set public_key = ${newPublicKey()} where fingerprint = ${fingerprint}`,
      "that is said to be proven": (fingerprint) => sql`update ssh_keys
        set proven = true where fingerprint = ${fingerprint}`,
      "without a seal": (fingerprint) => sql`update ssh_keys
        set mac = null where fingerprint = ${fingerprint}`,
    };

    test.each(Object.entries(attacks))("%s lets nobody in", async (name, attack) => {
      const { services, addPerson, clientOf } = latchkey();
      const member = await addPerson("member", "Mia");
      const { sshKeys } = clientOf(member);
      const own = await sshKeys.add.mutate({ publicKey: newPublicKey() });
      await run(attack(own.fingerprint));
      const id = name.includes("put in") ? KEY : own.fingerprint;
      const gateway = sshGateway(services, createLog("silent"), new AbortController().signal);
      const tampered = { name: "RowTampered", row: { kind: "sshKey", id } };
      await expect(gateway.begin(id, null)).rejects.toMatchObject(tampered);
      await expect(gateway.authorizedKey(id)).rejects.toMatchObject(tampered);
      expect(await latchkey().database.query(sql`select 1 from sessions`)).toEqual([]);
    });
  });

  test("a defect is told with the row's id, and with nothing that stands in it", async () => {
    const { services, clientOf, admin } = latchkey();
    const { key, token } = await clientOf(admin).keys.create.mutate({ title: "Shop" });
    await run(sql`update api_keys set scopes = '{a:b}' where id = ${key.id}`);
    const defect = await verifyKey(services, { token, scopes: undefined }).catch(describeDefect);
    expect(defect).toMatchObject({ kind: "RowTampered", row: { kind: "key", id: key.id } });
    expect(JSON.stringify(defect)).not.toContain("Shop");
  });
});

/** A password's hash as whoever has no pepper can make it. */
function oldForm(password: string, more = ""): string {
  const salt = randomBytes(16);
  return `$argon2id$v=19$m=19456,t=2,p=1${more}$${unpadded(salt)}$${derive(password, salt)}`;
}

function derive(password: string, salt: Uint8Array): string {
  const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  return unpadded(argon2Sync("argon2id", { message: password, nonce: salt, ...cost }));
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
