import { isKeyId, isSessionId, isUserId, newKeyId, newSessionId, newUserId } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { later, NOW, randomBytes } from "./given.ts";

describe("ids", () => {
  test("a UUIDv7 reads as in the TypeID specification's example", () => {
    const uuid = Buffer.from("0188bac74afa78aabc3bbd1eef28d881", "hex");
    const at = new Date(uuid.readUIntBE(0, 6));
    expect(newKeyId(at, () => uuid)).toBe("key_01h2xcejqtf2nbrexx3vqjhp41");
    expect(newUserId(at, () => uuid)).toBe("user_01h2xcejqtf2nbrexx3vqjhp41");
  });

  test("version and variant are those of UUIDv7, whatever the random bytes", () => {
    const [zeros, ones] = [0, 255].map((byte) =>
      newKeyId(new Date(0), (n) => new Uint8Array(n).fill(byte)),
    );
    expect(zeros).toBe("key_0000000000e008000000000000");
    expect(ones).toBe("key_0000000000fzzvzzzzzzzzzzzz");
  });

  test("they sort by the time they were made", () => {
    const instants = fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true });
    fc.assert(
      fc.property(instants, instants, (one, other) => {
        fc.pre(one < other);
        expect(newKeyId(one, randomBytes) < newKeyId(other, randomBytes)).toBe(true);
      }),
    );
    expect(newKeyId(NOW, randomBytes) < newKeyId(later(1), randomBytes)).toBe(true);
  });

  test("they are told apart from anything else", () => {
    const key = newKeyId(NOW, randomBytes);
    const user = newUserId(NOW, randomBytes);
    const session = newSessionId(NOW, randomBytes);
    expect([isKeyId(key), isUserId(user), isSessionId(session)]).toEqual([true, true, true]);
    expect([isKeyId(user), isUserId(key), isSessionId(user)]).toEqual([false, false, false]);
    const wrong = [
      "",
      "key_",
      `${key}0`,
      key.slice(0, -1),
      key.toUpperCase(),
      `${key}\n`,
      ` ${key}`,
    ];
    wrong.push(key.slice(0, -1) + "u", key.replace("_0", "_8"), key.replace("key", "key_key"));
    for (const text of wrong) expect(isKeyId(text)).toBe(false);
  });

  test("the bytes given are left as they were", () => {
    const bytes = new Uint8Array(16);
    newKeyId(NOW, () => bytes);
    expect(bytes).toEqual(new Uint8Array(16));
  });
});
