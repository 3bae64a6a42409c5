import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { MIGRATIONS_FOLDER } from "../src/db/migrate.ts";
import { errorOf } from "@latchkey/client";
import { asKey, codeOf, onEachEngine, type Person, signIn } from "./installation.ts";
import { newPublicKey } from "./key-pair.ts";

onEachEngine("SSH keys", (latchkey) => {
  const keysOf = (person: Person) => latchkey().clientOf(person).sshKeys;
  const log = async () => {
    const { clientOf, admin } = latchkey();
    return (await clientOf(admin).events.list.query()).items;
  };

  test("a member adds, lists and removes their own, and the log tells of it", async () => {
    const { addPerson } = latchkey();
    const mia = await addPerson("member", "Mia");
    const added = await keysOf(mia).add.mutate({ publicKey: newPublicKey() });
    const { userId } = mia;
    expect(added).toMatchObject({ userId, label: "mia@laptop", addedBy: userId, proven: false });
    expect(added.lastUsedAt).toBeNull();
    expect(added.fingerprint).toMatch(/^SHA256:[0-9A-Za-z+/]{43}$/);
    expect(await keysOf(mia).list.query()).toEqual({ items: [added] });

    const { fingerprint } = added;
    expect(await keysOf(mia).remove.mutate({ fingerprint })).toEqual({ fingerprint });
    expect(await keysOf(mia).list.query()).toEqual({ items: [] });
    const data = { fingerprint, label: "mia@laptop", email: "mia@example.com" };
    expect(await log()).toMatchObject([
      { type: "ssh_key.removed", userId: mia.userId, actor: { userId: mia.userId }, data },
      {
        type: "ssh_key.added",
        userId: mia.userId,
        actor: { userId: mia.userId },
        data: { ...data, proven: false },
      },
    ]);
  });

  test("an admin manages anybody's, and the log says who did it for whom", async () => {
    const { admin, addPerson } = latchkey();
    const { userId } = await addPerson("member", "Mia");
    const input = { publicKey: newPublicKey(), label: "Her laptop", userId };
    const added = await keysOf(admin).add.mutate(input);
    expect(added).toMatchObject({ userId, label: "Her laptop", addedBy: admin.userId });
    expect((await keysOf(admin).list.query({ userId })).items).toEqual([added]);
    expect((await keysOf(admin).list.query()).items).toEqual([]);
    await keysOf(admin).remove.mutate({ fingerprint: added.fingerprint });
    const [removed] = await log();
    expect(removed).toMatchObject({ userId, actor: { userId: admin.userId } });
  });

  test("a member neither sees nor touches another's: it looks like an absent one", async () => {
    const { admin, addPerson, post } = latchkey();
    const mia = await addPerson("member", "Mia");
    const { fingerprint } = await keysOf(admin).add.mutate({ publicKey: newPublicKey() });
    const { userId } = admin;
    expect(await codeOf(keysOf(mia).list.query({ userId }))).toBe("FORBIDDEN");
    const foreign = keysOf(mia).add.mutate({ publicKey: newPublicKey(), userId });
    expect(await codeOf(foreign)).toBe("FORBIDDEN");
    const theirs = await post(mia, "sshKeys.remove", { fingerprint });
    const absent = await post(mia, "sshKeys.remove", { fingerprint: `SHA256:${"A".repeat(43)}` });
    expect(theirs).toEqual(absent);
    expect(theirs.status).toBe(404);
    expect((await keysOf(admin).list.query()).items).toHaveLength(1);
  });

  test("one from before it was kept who registered it has that from the log, else from its user", async () => {
    const { admin, addPerson, database } = latchkey();
    const mia = await addPerson("member", "Mia");
    const { userId } = mia;
    const [byAdmin, bySelf] = [
      await keysOf(admin).add.mutate({ publicKey: newPublicKey(), userId }),
      await keysOf(mia).add.mutate({ publicKey: newPublicKey() }),
    ];
    const files = await readdir(MIGRATIONS_FOLDER);
    const file = files.find((name) => name.endsWith("_ssh_key_proofs.sql")) ?? "";
    const statements = (await readFile(join(MIGRATIONS_FOLDER, file), "utf8")).split(
      "--> statement-breakpoint",
    );
    const fill = statements.find((statement) => statement.includes("UPDATE")) ?? "";
    await database.query(sql`update ssh_keys set added_by = ''`);
    await database.query(sql.raw(fill));
    expect((await keysOf(mia).list.query()).items).toEqual([byAdmin, bySelf]);
    await database.query(sql`delete from events`);
    await database.query(sql.raw(fill));
    const items = [{ ...byAdmin, addedBy: userId }, bySelf];
    expect((await keysOf(mia).list.query()).items).toEqual(items);
  });

  test("one that a user has already is theirs as it was, without another event", async () => {
    const { admin } = latchkey();
    const line = newPublicKey();
    const first = await keysOf(admin).add.mutate({ publicKey: line, label: "First" });
    const again = await keysOf(admin).add.mutate({ publicKey: line, label: "Again" });
    expect(again).toEqual(first);
    expect(await log()).toHaveLength(1);
  });

  test("one that is somebody else's is a conflict: a member learns not whose, an admin does", async () => {
    const { admin, addPerson } = latchkey();
    const [mia, max] = [await addPerson("member", "Mia"), await addPerson("member", "Max")];
    const line = newPublicKey();
    await keysOf(mia).add.mutate({ publicKey: line });
    const failure = async (person: Person, userId = person.userId) =>
      keysOf(person)
        .add.mutate({ publicKey: line, userId })
        .then(() => null, errorOf);
    const toMember = await failure(max);
    expect(toMember).toMatchObject({ code: "CONFLICT" });
    expect(toMember?.message).toContain("belongs to another user");
    expect(toMember?.message).toContain("ssh-keys add");
    expect(toMember?.message).not.toContain("mia@");
    for (const userId of [admin.userId, max.userId]) {
      const toAdmin = await failure(admin, userId);
      expect(toAdmin).toMatchObject({ code: "CONFLICT" });
      expect(toAdmin?.message).toContain("belongs to mia@example.com");
    }
    expect((await keysOf(mia).list.query()).items).toHaveLength(1);
  });

  test("of two who add one key at once, one gets it", async () => {
    const { admin, addPerson } = latchkey();
    const mia = await addPerson("member", "Mia");
    const line = newPublicKey();
    const codes = await Promise.all(
      [admin, mia].map((person) => codeOf(keysOf(person).add.mutate({ publicKey: line }))),
    );
    expect(codes.sort()).toEqual(["CONFLICT", "no failure"]);
    expect(await log()).toHaveLength(1);
  });

  test("a bad one is refused by its field, with what to do", async () => {
    const { admin } = latchkey();
    const thrown = await keysOf(admin)
      .add.mutate({ publicKey: "ssh-dss AAAA" })
      .catch((error: unknown) => error);
    const { code, fields } = errorOf(thrown);
    expect(code).toBe("INPUT_INVALID");
    expect(fields).toMatchObject([{ field: "publicKey" }]);
    const label = keysOf(admin).add.mutate({ publicKey: newPublicKey(), label: "evil\u001B[2J" });
    expect(await codeOf(label)).toBe("INPUT_INVALID");
    expect(await log()).toEqual([]);
  });

  test("nobody has none, and a service user can have none", async () => {
    const { admin, addPerson } = latchkey();
    const robot = await addPerson("service", "Robot");
    const add = (userId: string) => keysOf(admin).add.mutate({ publicKey: newPublicKey(), userId });
    expect(await codeOf(add(robot.userId))).toBe("INPUT_INVALID");
    expect(await codeOf(add("user_01m85ekpraf9ev264edav9zf6q"))).toBe("NOT_FOUND");
    expect(await codeOf(add("nonsense"))).toBe("NOT_FOUND");
  });

  test("no secret API key does anything of it, whatever its scopes", async () => {
    const { admin, clientOf } = latchkey();
    const { key } = await clientOf(admin).keys.create.mutate({ title: "Bot", scopes: ["*"] });
    const { fingerprint } = await keysOf(admin).add.mutate({ publicKey: newPublicKey() });
    const bot = clientOf(asKey(admin, key)).sshKeys;
    const codes = await Promise.all(
      [
        bot.list.query(),
        bot.add.mutate({ publicKey: newPublicKey() }),
        bot.remove.mutate({ fingerprint }),
      ].map(codeOf),
    );
    expect(codes).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  });

  describe("by a session", () => {
    test("a person who lost the admin role meanwhile is judged by the new one", async () => {
      const { admin, addPerson, clientOf } = latchkey();
      const former = await addPerson("admin", "Fay");
      const session = clientOf(await signIn(latchkey(), former)).sshKeys;
      const { fingerprint } = await keysOf(admin).add.mutate({ publicKey: newPublicKey() });
      await clientOf(admin).users.setRole.mutate({ id: former.userId, role: "member" });
      const { userId } = admin;
      expect(await codeOf(session.remove.mutate({ fingerprint }))).toBe("NOT_FOUND");
      const foreign = session.add.mutate({ publicKey: newPublicKey(), userId });
      expect(await codeOf(foreign)).toBe("FORBIDDEN");
      expect(await codeOf(session.add.mutate({ publicKey: newPublicKey() }))).toBe("no failure");
    });
  });
});
