import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKSUM_LENGTH, digestToken } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openDefectLog } from "../src/log/defect-log.ts";
import { onEachEngine } from "./installation.ts";

// A canary: one token goes wherever a token could go, and into places where it does not belong.

const TABLES = ["api_keys", "events", "event_head", "users", "sessions", "ssh_keys", "settings"];

onEachEngine("a token", (latchkey) => {
  /** Everything that is stored, as text, bytes in hex. */
  const dump = async () => {
    const rows: string[] = [];
    for (const table of TABLES) {
      const found = await latchkey().database.query<{ row: string }>(
        sql.raw(`select to_jsonb(t)::text as row from ${table} t`),
      );
      rows.push(...found.map(({ row }) => row));
    }
    return rows.join("\n");
  };
  /** The ways in which a token may show: whole, its secret, and either of them as bytes. */
  const traces = (token: string) => {
    const secret = token.slice("sk_".length, -CHECKSUM_LENGTH);
    return [token, secret, token.slice(3)].flatMap((text) => [
      text,
      Buffer.from(text).toString("hex"),
      Buffer.from(text).toString("base64").replace(/=+$/, ""),
    ]);
  };
  const expectNoTrace = (token: string, written: string) => {
    for (const trace of traces(token)) expect(written.includes(trace)).toBe(false);
  };
  const canary = async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const { key, token } = await keys.create.mutate({ title: "Canary", scopes: ["a:b"] });
    return { key, token };
  };
  /** Every call that could be given a token, rightly or by mistake. */
  const everywhere = (id: string, token: string): [string, unknown][] => [
    ["keys.verify", { token }],
    ["keys.verify", { token, scopes: ["c:d"] }],
    ["keys.verify", { token, scopes: [token] }],
    ["keys.verify", { token: `${token}x` }],
    ["keys.verify", { token: [token] }],
    ["keys.verify", { token, [token]: 1 }],
    ["keys.list", { search: token }],
    ["keys.list", { search: `key ${token}` }],
    ["keys.list", { cursor: token }],
    ["keys.list", { owner: token }],
    ["keys.list", { sort: token }],
    ["keys.list", { created: { from: token } }],
    ["keys.list", { [token]: token }],
    ["keys.get", { id: token }],
    ["keys.get", { id, token }],
    ["keys.create", { title: "x", scopes: [token] }],
    ["keys.create", { title: "x", scopes: [`${token}:${token}`] }],
    ["keys.create", { title: `${token}\0` }],
    ["keys.create", { title: "x", expiresAt: token }],
    ["keys.rename", { id: token, title: "x" }],
    ["keys.rename", { id, title: "x", revision: token }],
    ["keys.revoke", { id: token }],
    ["keys.revoke", { id, inSeconds: token }],
    ["keys.cancelRevocation", { id: token }],
    ["keys.rotate", { id: token }],
    ["keys.delete", { id: token }],
    ["events.list", { keyId: token }],
    ["events.list", { actorId: token }],
    ["events.list", { type: token }],
    ["events.list", { before: token }],
    ["events.verify", { from: { seq: 1, mac: token } }],
    ["events.verify", { from: token }],
    ["sshKeys.add", { publicKey: token }],
    ["sshKeys.add", { publicKey: `ssh-ed25519 ${token}`, label: token }],
    ["sshKeys.remove", { fingerprint: token }],
    ["sshKeys.list", { userId: token }],
    [`keys.${token}`, {}],
    ["auth.whoami", token],
    ["keys.verify", `{"token":"${token}"`],
  ];

  test("is in no answer but the one that gave it, and in nothing that is stored", async () => {
    const { post, admin, clientOf, services, defects } = latchkey();
    const { key, token } = await canary();
    const answers: string[] = [];
    for (const [procedure, input] of everywhere(key.id, token)) {
      answers.push((await post(admin, procedure, input)).body);
    }
    const rotated = await post(admin, "keys.rotate", { id: key.id, graceSeconds: 60 });
    expectNoTrace(token, rotated.body);
    const successor = JSON.parse(rotated.body).result.data as {
      token: string;
      key: { id: string };
    };
    const { keys, events } = clientOf(admin);
    answers.push(JSON.stringify(await keys.list.query()));
    answers.push(JSON.stringify(await keys.get.query({ id: successor.key.id })));
    await keys.revoke.mutate({ id: key.id });
    for (const [procedure, input] of everywhere(key.id, token)) {
      answers.push((await post(admin, procedure, input)).body);
    }
    await keys.delete.mutate({ id: key.id });
    answers.push(JSON.stringify(await events.list.query({ limit: 100 })));
    const written = answers.join("\n");
    const stored = await dump();
    expect(stored).toContain("key.rotated");
    for (const secret of [token, successor.token]) {
      expectNoTrace(secret, written);
      expectNoTrace(secret, stored);
      const digest = Buffer.from(digestToken(services.pepper, secret));
      expect(written).not.toContain(digest.toString("hex"));
      expect(written).not.toContain(digest.toString("base64"));
    }
    expect(defects).toEqual([]);
  });

  test("the pepper is in nothing that is stored, and in no answer", async () => {
    const { services, post, admin } = latchkey();
    await canary();
    const pepper = services.pepper.export().toString("hex");
    expect(await dump()).not.toContain(pepper);
    expect((await post(admin, "keys.list", {})).body).not.toContain(pepper);
  });

  test("is in no answer and no log where a defect happens on its way", async () => {
    const { post, admin, defects, database } = latchkey();
    const { key, token } = await canary();
    const folder = await mkdtemp(join(tmpdir(), "latchkey-defects-"));
    const file = join(folder, "log");
    const log = openDefectLog(file);
    await database.query(sql`alter table api_keys rename to api_keys_away`);
    try {
      const answers: string[] = [];
      for (const [procedure, input] of everywhere(key.id, token)) {
        answers.push((await post(admin, procedure, input)).body);
      }
      const cursor = Buffer.from(
        JSON.stringify(["title", "asc", `x\n    at ${token}\n    at y`, key.id]),
      ).toString("base64url");
      answers.push((await post(admin, "keys.list", { sort: "title", order: "asc", cursor })).body);
      expect(answers.join("\n")).toContain("INTERNAL");
      expectNoTrace(token, answers.join("\n"));
      // The test is worth something only if the token was among what failed.
      expect(defects.map(String).join("\n")).toContain(token.slice(3).toLowerCase());
      for (const defect of defects) log(defect);
      const logged = await readFile(file, "utf8");
      expect(logged.split("\n").length).toBe(defects.length + 1);
      expect(logged).toContain("42P01");
      expectNoTrace(token, logged);
      expectNoTrace(token.toLowerCase(), logged);
    } finally {
      await database.query(sql`alter table api_keys_away rename to api_keys`);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
