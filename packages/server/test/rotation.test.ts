import { expect, test } from "vitest";
import { codeOf, onEachEngine } from "./installation.ts";

onEachEngine("rotation", (latchkey) => {
  const keysOf = () => latchkey().clientOf(latchkey().admin).keys;
  const outcomeOf = async (token: string) => (await keysOf().verify.mutate({ token })).outcome;

  test("without grace the old token ends as the new one begins", async () => {
    const scopes = ["orders:read", "users:*"];
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const old = await keysOf().create.mutate({ title: "Deploy", scopes, expiresAt });
    const { key, token, previous } = await keysOf().rotate.mutate({ id: old.key.id });
    expect(key).toMatchObject({
      title: "Deploy",
      scopes,
      expiresAt,
      ownerId: old.key.ownerId,
      rotatedFrom: old.key.id,
      rotatedTo: null,
      revision: 1,
      revokedAt: null,
    });
    expect(previous).toEqual({
      ...old.key,
      status: "revoked",
      revision: 2,
      rotatedTo: key.id,
      revokedAt: key.createdAt,
      updatedAt: key.createdAt,
      revokedBy: latchkey().admin.userId,
    });
    expect(await keysOf().get.query({ id: previous.id })).toEqual(previous);
    expect(await outcomeOf(old.token)).toBe("REVOKED");
    expect(await outcomeOf(token)).toBe("VALID");
    expect(token).not.toBe(old.token);
  });

  test("within its grace the old token still works", async () => {
    const old = await keysOf().create.mutate({ title: "Deploy" });
    const { previous } = await keysOf().rotate.mutate({ id: old.key.id, graceSeconds: 3600 });
    expect(previous.status).toBe("active");
    expect(Date.parse(String(previous.revokedAt)) - Date.parse(previous.updatedAt)).toBe(3_600_000);
    expect(await outcomeOf(old.token)).toBe("VALID");
  });

  test("grace never outlives the old key's own expiry", async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const old = await keysOf().create.mutate({ title: "Deploy", expiresAt });
    const { key, previous } = await keysOf().rotate.mutate({ id: old.key.id, graceSeconds: 3600 });
    expect(previous.revokedAt).toBe(expiresAt);
    expect(key.expiresAt).toBe(expiresAt);
  });

  test("a key that is scheduled, or was rotated already, is not rotated again", async () => {
    const { key } = await keysOf().create.mutate({ title: "Deploy" });
    await keysOf().rotate.mutate({ id: key.id, graceSeconds: 3600 });
    const again = keysOf().rotate.mutate({ id: key.id, graceSeconds: 60 });
    expect(await codeOf(again)).toBe("KEY_REVOCATION_SCHEDULED");
    await keysOf().revoke.mutate({ id: key.id });
    expect(await codeOf(keysOf().rotate.mutate({ id: key.id }))).toBe("KEY_ALREADY_REVOKED");
    expect((await keysOf().list.query()).total).toBe(2);
  });

  test("the successor still tells where it came from after its predecessor is deleted", async () => {
    const old = await keysOf().create.mutate({ title: "Deploy" });
    const { key } = await keysOf().rotate.mutate({ id: old.key.id });
    await keysOf().delete.mutate({ id: old.key.id });
    expect(await keysOf().get.query({ id: key.id })).toMatchObject({ rotatedFrom: old.key.id });
  });

  test("a deleted successor is no longer pointed at", async () => {
    const old = await keysOf().create.mutate({ title: "Deploy" });
    const { key } = await keysOf().rotate.mutate({ id: old.key.id });
    await keysOf().revoke.mutate({ id: key.id });
    await keysOf().delete.mutate({ id: key.id });
    expect(await keysOf().get.query({ id: old.key.id })).toMatchObject({ rotatedTo: null });
  });

  test("a grace beyond ten years is refused and nothing is rotated", async () => {
    const { key } = await keysOf().create.mutate({ title: "Deploy" });
    for (const graceSeconds of [315_576_001, Number.MAX_SAFE_INTEGER]) {
      const refused = keysOf().rotate.mutate({ id: key.id, graceSeconds });
      expect(await codeOf(refused)).toBe("INPUT_INVALID");
    }
    expect(await keysOf().get.query({ id: key.id })).toEqual(key);
  });
});
