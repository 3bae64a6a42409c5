import { randomBytes } from "node:crypto";
import { createPepper, digestToken, generateToken } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { codeOf, onEachEngine } from "./installation.ts";

onEachEngine("verification", (latchkey) => {
  const keysOf = () => latchkey().clientOf(latchkey().admin).keys;
  const verify = (token: string, scopes?: string[]) =>
    keysOf().verify.mutate({ token, ...(scopes === undefined ? {} : { scopes }) });
  const past = () => new Date(Date.now() - 60_000);

  test("a good token tells its key and owner", async () => {
    const { admin } = latchkey();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const scopes = ["orders:read", "users:*"];
    const { key, token } = await keysOf().create.mutate({ title: "Shop", scopes, expiresAt });
    expect(await verify(token, ["orders:read", "users:write"])).toEqual({
      outcome: "VALID",
      keyId: key.id,
      ownerId: admin.userId,
      title: "Shop",
      scopes,
      expiresAt,
    });
    expect(await verify(token, [])).toMatchObject({ outcome: "VALID" });
  });

  test("the outcomes come in their order: owner, revoked, expired, scope", async () => {
    const { admin, setInstants, database } = latchkey();
    const { key, token } = await keysOf().create.mutate({ title: "Shop", scopes: ["a:b"] });
    const lacking = ["c:d"];
    expect(await verify(token, lacking)).toEqual({ outcome: "INSUFFICIENT_SCOPE" });
    await setInstants(key.id, { expiresAt: past() });
    expect(await verify(token, lacking)).toEqual({ outcome: "EXPIRED" });
    await setInstants(key.id, { revokedAt: past(), revokedBy: admin.userId });
    expect(await verify(token, lacking)).toEqual({ outcome: "REVOKED" });
    await latchkey().rewrite(sql`update users set disabled = true`);
    expect(await verify(token, lacking)).toEqual({ outcome: "OWNER_DISABLED" });
    await database.query(sql`delete from api_keys`);
    expect(await verify(token, lacking)).toEqual({ outcome: "NOT_FOUND" });
  });

  test("a revocation or an expiry that lies ahead doesn't stop a key", async () => {
    const { admin, setInstants } = latchkey();
    const { key, token } = await keysOf().create.mutate({ title: "Shop" });
    const ahead = new Date(Date.now() + 60_000);
    await setInstants(key.id, { revokedAt: ahead, revokedBy: admin.userId, expiresAt: ahead });
    expect(await verify(token)).toMatchObject({ outcome: "VALID" });
  });

  test("what is no token, or an unknown one, is not found", async () => {
    const { token } = await keysOf().create.mutate({ title: "Shop" });
    const stranger = generateToken("sk", randomBytes).token.reveal();
    const flipped = token.at(-1) === "0" ? "1" : "0";
    const wrong = [
      "",
      "sk_",
      stranger,
      token.slice(0, -1),
      token.slice(1),
      `${token}0`,
      ` ${token}`,
      `${token}\n`,
      `${token}\0`,
      token.slice(0, -1) + flipped,
      token.replace("sk_", "pk_"),
      token.toUpperCase(),
      "\0".repeat(52),
      "\ud800".repeat(52),
      "x".repeat(10_000),
      `sk_${"0".repeat(10_000)}`,
    ];
    for (const each of wrong) expect(await verify(each)).toEqual({ outcome: "NOT_FOUND" });
    expect(await verify(token)).toMatchObject({ outcome: "VALID" });
  });

  test("what is no token is refused before any lookup", async () => {
    const { services, admin, clientOf } = latchkey();
    const lookUp = () => {
      throw new Error("looked up");
    };
    const blind = { ...services, keys: { ...services.keys, peek: lookUp, find: lookUp } };

    const { token } = await clientOf(admin).keys.create.mutate({ title: "Shop" });
    const wrong = { token: `${token.slice(0, -6)}000000`, scopes: undefined };
    expect(await verifyKey(blind, wrong)).toEqual({ ok: true, value: { outcome: "NOT_FOUND" } });
    await expect(verifyKey(blind, { ...wrong, token })).rejects.toThrow("looked up");
  });

  test("a digest planted under another pepper verifies nothing", async () => {
    const { services, database } = latchkey();

    const { key } = await keysOf().create.mutate({ title: "Shop" });
    const token = generateToken("sk", randomBytes).token.reveal();
    const planted = Buffer.from(digestToken(createPepper(randomBytes(32)), token));
    await database.query(
      sql`update api_keys set digest = decode(${planted.toString("hex")}, 'hex') where id = ${key.id}`,
    );
    expect(await verify(token)).toEqual({ outcome: "NOT_FOUND" });
    const ours = Buffer.from(digestToken(services.pepper, token)).toString("hex");
    await latchkey().rewrite(sql`update api_keys set digest = decode(${ours}, 'hex')`);
    expect(await verify(token)).toMatchObject({ outcome: "VALID" });
  });

  test("a required scope without its action, or with a wildcard, is refused", async () => {
    const { token } = await keysOf().create.mutate({ title: "Shop" });
    for (const scope of ["*", "orders:*", "*:read", "orders", "", "Orders:read", "a:b:c"]) {
      expect(await codeOf(verify(token, [scope]))).toBe("SCOPE_INVALID");
    }
  });
});
