import { expect, test } from "vitest";
import { codeOf, onEachEngine } from "./installation.ts";
import { until } from "@latchkey/testing/until";

onEachEngine("the life of a key", (latchkey) => {
  const keysOf = () => latchkey().clientOf(latchkey().admin).keys;
  const past = () => new Date(Date.now() - 60_000);
  const create = async (title = "Deploy", expiresAt?: string) =>
    keysOf().create.mutate({ title, ...(expiresAt === undefined ? {} : { expiresAt }) });
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const outcomeOf = async (token: string) => (await keysOf().verify.mutate({ token })).outcome;

  test("a new key shows everything but its token, which is given once", async () => {
    const { admin } = latchkey();
    const { key, token } = await create("  Deploy  ");
    expect(token).toMatch(/^sk_[0-9A-Za-z]{49}$/);
    expect(key).toEqual({
      id: expect.stringMatching(/^key_[0-9a-hjkmnp-tv-z]{26}$/),
      title: "Deploy",
      redacted: `${token.slice(0, 7)}…${token.slice(-4)}`,
      ownerId: admin.userId,
      scopes: ["*"],
      status: "active",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: admin.userId,
      createdByKeyId: null,
      updatedAt: key.createdAt,
      revision: 1,
      expiresAt: null,
      revokedAt: null,
      revokedBy: null,
      lastUsedAt: null,
      rotatedFrom: null,
      rotatedTo: null,
    });
    expect(await keysOf().get.query({ id: key.id })).toEqual(key);
  });

  test("a user may have several active keys of the same title", async () => {
    const tokens = [await create(), await create(), await create()].map(({ token }) => token);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(await outcomeOf(token)).toBe("VALID");
  });

  test("a rename changes the title, the revision and nothing else", async () => {
    const { key } = await create();
    const renamed = await keysOf().rename.mutate({ id: key.id, title: "Ship" });
    expect(renamed).toEqual({ ...key, title: "Ship", revision: 2, updatedAt: renamed.updatedAt });
    expect(renamed.updatedAt >= key.updatedAt).toBe(true);
  });

  test("a rename based on an older revision is a conflict and changes nothing", async () => {
    const { key } = await create();
    await keysOf().rename.mutate({ id: key.id, title: "Ship", revision: 1 });
    const late = keysOf().rename.mutate({ id: key.id, title: "Late", revision: 1 });
    expect(await codeOf(late)).toBe("CONFLICT");
    expect(await keysOf().get.query({ id: key.id })).toMatchObject({ title: "Ship", revision: 2 });
  });

  test("a revoked key stays revoked after its title is edited", async () => {
    const { key, token } = await create();
    const revoked = await keysOf().revoke.mutate({ id: key.id });
    expect(revoked).toMatchObject({ status: "revoked", revokedBy: latchkey().admin.userId });
    expect(revoked.revokedAt).toBe(revoked.updatedAt);
    const renamed = await keysOf().rename.mutate({ id: key.id, title: "Old" });
    expect(renamed).toMatchObject({ status: "revoked", revokedAt: revoked.revokedAt, revision: 3 });
    expect(await outcomeOf(token)).toBe("REVOKED");
  });

  test("revoking twice is an error that leaves the first revocation as it was", async () => {
    const { key } = await create();
    const revoked = await keysOf().revoke.mutate({ id: key.id });
    expect(await codeOf(keysOf().revoke.mutate({ id: key.id }))).toBe("KEY_ALREADY_REVOKED");
    const later = keysOf().revoke.mutate({ id: key.id, inSeconds: 60 });
    expect(await codeOf(later)).toBe("KEY_ALREADY_REVOKED");
    expect(await keysOf().get.query({ id: key.id })).toEqual(revoked);
  });

  test("a scheduled key works until its instant, and not from then on", async () => {
    const { key, token } = await create();
    const scheduled = await keysOf().revoke.mutate({ id: key.id, inSeconds: 1 });
    const ahead = Date.parse(String(scheduled.revokedAt)) - Date.parse(scheduled.updatedAt);
    expect({ ahead, status: scheduled.status }).toEqual({ ahead: 1000, status: "active" });
    expect(await outcomeOf(token)).toBe("VALID");
    await until(async () => (await outcomeOf(token)) === "REVOKED");
    expect(await keysOf().get.query({ id: key.id })).toMatchObject({ status: "revoked" });
    expect(await codeOf(keysOf().cancelRevocation.mutate({ id: key.id }))).toBe(
      "KEY_ALREADY_REVOKED",
    );
  });

  test("a scheduled revocation can be put off, brought forward and canceled", async () => {
    const { key } = await create();
    const { id } = key;
    const at = async (seconds: number) => {
      const changed = await keysOf().revoke.mutate({ id, inSeconds: seconds });
      return (Date.parse(String(changed.revokedAt)) - Date.parse(changed.updatedAt)) / 1000;
    };
    expect(await at(3600)).toBe(3600);
    expect(await at(7200)).toBe(7200);
    expect(await at(60)).toBe(60);
    const canceled = await keysOf().cancelRevocation.mutate({ id });
    expect(canceled).toMatchObject({ revokedAt: null, revokedBy: null, revision: 5 });
    const again = keysOf().cancelRevocation.mutate({ id });
    expect(await codeOf(again)).toBe("REVOCATION_NOT_SCHEDULED");
    await at(3600);
    const now = await keysOf().revoke.mutate({ id });
    expect(now).toMatchObject({ status: "revoked", revokedAt: now.updatedAt });
  });

  test("an expired key can be renamed and revoked, but not scheduled, rotated or canceled", async () => {
    const { key, token } = await create("Short", inSeconds(3600));
    await latchkey().setInstants(key.id, { expiresAt: past() });
    const { id } = key;
    expect(await outcomeOf(token)).toBe("EXPIRED");
    expect(await keysOf().get.query({ id })).toMatchObject({ status: "expired" });
    expect(await codeOf(keysOf().revoke.mutate({ id, inSeconds: 60 }))).toBe("KEY_EXPIRED");
    expect(await codeOf(keysOf().rotate.mutate({ id }))).toBe("KEY_EXPIRED");
    expect(await codeOf(keysOf().cancelRevocation.mutate({ id }))).toBe("KEY_EXPIRED");
    expect(await codeOf(keysOf().delete.mutate({ id }))).toBe("KEY_NOT_REVOKED");
    expect(await keysOf().rename.mutate({ id, title: "Was short" })).toMatchObject({ revision: 2 });
    expect(await keysOf().revoke.mutate({ id })).toMatchObject({ status: "revoked" });
    expect(await outcomeOf(token)).toBe("REVOKED");
  });

  test("only a revoked key can be deleted, and then it is gone", async () => {
    const { key, token } = await create();
    const { id } = key;
    expect(await codeOf(keysOf().delete.mutate({ id }))).toBe("KEY_NOT_REVOKED");
    await keysOf().revoke.mutate({ id, inSeconds: 3600 });
    expect(await codeOf(keysOf().delete.mutate({ id }))).toBe("KEY_NOT_REVOKED");
    await keysOf().revoke.mutate({ id });
    expect(await keysOf().delete.mutate({ id })).toEqual({ id });
    expect(await outcomeOf(token)).toBe("NOT_FOUND");
    for (const change of [
      () => keysOf().get.query({ id }),
      () => keysOf().delete.mutate({ id }),
      () => keysOf().revoke.mutate({ id }),
      () => keysOf().cancelRevocation.mutate({ id }),
      () => keysOf().rotate.mutate({ id }),
      () => keysOf().rename.mutate({ id, title: "Ghost" }),
    ]) {
      expect(await codeOf(change())).toBe("NOT_FOUND");
    }
    expect((await keysOf().list.query()).total).toBe(0);
  });
});
