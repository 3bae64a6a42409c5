import { argon2Sync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pepperCheck } from "@latchkey/core";
import { type SQL, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Services } from "../src/use-cases/services.ts";
import { engines, type TestDatabase } from "@latchkey/testing/database/engines";
import { codeOf, install, type Installation, startServices } from "./installation.ts";
import { OTHER, overHttp, PASSWORD } from "./over-http.ts";
import { withWholeLog } from "./whole-log.ts";

// The start of a program that seals rows, on the database of one that did not.

describe.each(engines)("rows of an older program ($name)", (engine) => {
  let database: TestDatabase;
  let folder: string;
  let services: Services;
  let latchkey: Installation;
  let fixture: Awaited<ReturnType<typeof withWholeLog>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    database = await engine.open();
    services = await startServices(database, folder);
    latchkey = await install(database, services);
    fixture = await withWholeLog(latchkey);
  });
  afterEach(async () => {
    await services.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...statements: SQL[]) => {
    for (const statement of statements) await database.query(statement);
  };
  /** As an older program left it. */
  const unseal = async () => {
    const check = Buffer.from(pepperCheck(services.pepper, 1)).toString("hex");
    await run(
      sql`update settings set value = decode(${check}, 'hex') where name = 'pepper_check'`,
      sql`update users set mac = null, password_mac = null, password_set_at = null`,
      sql`update users set password_hash = ${oldForm(PASSWORD)} where password_hash is not null`,
      sql`update sessions set mac = null`,
      sql`update ssh_keys set mac = null`,
      sql`update api_keys set mac = null`,
    );
  };
  const startAgain = async () => {
    const again = await startServices(database, folder);
    await again.close();
  };
  const refusal = () =>
    startAgain().then(
      () => "started",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  const sealed = async () =>
    (await database.query(sql`select 1 from api_keys where mac is not null`)).length;

  test("are sealed once, which the log tells, and work as before", async () => {
    const { key, token } = await fixture.keys.create.mutate({ title: "Sealed" });
    await unseal();
    expect(await codeOf(fixture.keys.verify.mutate({ token }))).toBe("INTERNAL");
    expect(await refusal()).toBe("started");
    const [newest] = await services.store.listEvents({
      visibleTo: null,
      keyId: undefined,
      actorId: undefined,
      type: undefined,
      before: undefined,
      limit: 1,
    });
    expect(newest).toMatchObject({ type: "database.sealed", actor: { kind: "system" }, data: {} });
    expect(await fixture.keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });
    await fixture.keys.rename.mutate({ id: key.id, title: "New" });
    expect(await fixture.proof()).toMatchObject({ ok: true });
    expect(await refusal()).toBe("started");
    expect((await services.store.readHead()).seq).toBe((newest?.seq ?? 0) + 1);
  });

  test("that are people sign in anew, by a password that is then hashed with the secret", async () => {
    await unseal();
    await startAgain();
    expect(await codeOf(fixture.member.auth.whoami.query())).toBe("UNAUTHENTICATED");
    const hash = async () => {
      const [row] = await database.query<{ hash: string }>(
        sql`select password_hash as hash from users where id = ${fixture.userId}`,
      );
      return row?.hash;
    };
    expect(await hash()).not.toContain("keyid");
    const { login } = overHttp(latchkey);
    expect(await codeOf(login("max@example.com", OTHER))).toBe("UNAUTHENTICATED");
    await login("max@example.com");
    expect(await hash()).toContain(",keyid=AQ$");
    await login("max@example.com");
    expect(await fixture.proof()).toMatchObject({ ok: true });
  });

  test("who were a service since have no password any more", async () => {
    await fixture.users.setRole.mutate({ id: fixture.userId, role: "service" });
    await fixture.users.setRole.mutate({ id: fixture.userId, role: "member" });
    await run(sql`update users set password_hash = 'old' where id = ${fixture.userId}`);
    await unseal();
    await startAgain();
    expect(await codeOf(overHttp(latchkey).login("max@example.com"))).toBe("UNAUTHENTICATED");
    expect(await fixture.proof()).toMatchObject({ ok: true });
  });

  const tamperings: Readonly<Record<string, (of: typeof fixture) => readonly [SQL, string]>> = {
    "a key with other scopes": ({ keyId }) => [
      sql`update api_keys set scopes = '{*}' where id = ${keyId}`,
      `key ${keyId}`,
    ],
    "a key that was taken away": ({ keyId }) => [
      sql`delete from api_keys where id = ${keyId}`,
      `key ${keyId}`,
    ],
    "a user of another role": ({ userId }) => [
      sql`update users set role = 'admin' where id = ${userId}`,
      `user ${userId}`,
    ],
    "an SSH key of another user": ({ guestId, fingerprint }) => [
      sql`update ssh_keys set user_id = ${guestId}`,
      `SSH key ${fingerprint}`,
    ],
  };
  test.each(Object.entries(tamperings))(
    "%s is refused by name, and nothing sealed",
    async (_, how) => {
      await unseal();
      const [tamper, named] = how(fixture);
      await run(tamper);
      expect(await refusal()).toContain(
        `StartRefused: Somebody wrote to this database: the ${named} is not as the log says.`,
      );
      expect(await sealed()).toBe(0);
    },
  );

  test("under a log that does not hold are refused", async () => {
    await unseal();
    await run(sql`update events set via = 'ssh' where seq = 3`);
    expect(await refusal()).toMatch(/^StartRefused: The log does not hold from event 3 on/);
  });

  test("can't be made such again: what was sealed is not sealed a second time", async () => {
    await unseal();
    await startAgain();
    await unseal();
    await run(sql`update users set password_hash = ${oldForm(OTHER)} where id = ${fixture.userId}`);
    expect(await refusal()).toMatch(
      /^StartRefused: Somebody wrote to this database: its rows were sealed at event \d+/,
    );
    expect(await codeOf(overHttp(latchkey).login("max@example.com", OTHER))).toBe("INTERNAL");
  });

  test("of a program that seals, without a seal, stay as they are", async () => {
    await run(sql`update users set mac = null`, sql`update api_keys set mac = null`);
    expect(await refusal()).toBe("started");
    expect(await sealed()).toBe(0);
    expect(await codeOf(overHttp(latchkey).login("max@example.com"))).toBe("INTERNAL");
  });
});

/** A hash without the secret. */
function oldForm(password: string): string {
  const nonce = randomBytes(16);
  const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync("argon2id", { message: password, nonce, ...cost });
  return `$argon2id$v=19$m=19456,t=2,p=1$${unpadded(nonce)}$${unpadded(tag)}`;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
