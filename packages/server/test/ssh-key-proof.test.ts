import { parseSshPublicKey, sshProofMessage } from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { startSshSession } from "../src/use-cases/sessions/start-ssh-session.ts";
import { errorOf } from "@latchkey/client";
import { codeOf, onEachEngine, type Person } from "./installation.ts";
import { type KeyPair, newKeyPair } from "./key-pair.ts";

onEachEngine("the proof of an SSH key", (latchkey) => {
  const keysOf = (person: Person) => latchkey().clientOf(person).sshKeys;
  const log = async () => {
    const { clientOf, admin } = latchkey();
    return (await clientOf(admin).events.list.query()).items;
  };
  const fingerprintOf = ({ publicKey }: KeyPair): string => {
    const parsed = parseSshPublicKey(publicKey);
    return parsed.ok ? parsed.value.fingerprint : "";
  };
  /** By somebody with this pair, about a key that may be another. */
  const proofBy = async (person: Person, pair: KeyPair, about = pair) => {
    const { challenge } = await keysOf(person).challenge.query();
    const { userId } = person;
    const message = sshProofMessage({ userId, fingerprint: fingerprintOf(about), challenge });
    return { challenge, signature: pair.sign(message) };
  };
  const addProven = async (person: Person, pair: KeyPair) => {
    const proof = await proofBy(person, pair);
    return keysOf(person).add.mutate({ publicKey: pair.publicKey, proof });
  };

  test("a signature over the server's challenge makes one's key proven", async () => {
    const mia = await latchkey().addPerson("member", "Mia");
    const pair = newKeyPair();
    const added = await addProven(mia, pair);
    expect(added).toMatchObject({ userId: mia.userId, addedBy: mia.userId, proven: true });
    expect((await keysOf(mia).list.query()).items).toEqual([added]);
    expect(await log()).toMatchObject([{ type: "ssh_key.added", data: { proven: true } }]);
  });

  test("one that is registered already can be proven later, once", async () => {
    const { admin, addPerson } = latchkey();
    const mia = await addPerson("member", "Mia");
    const pair = newKeyPair();
    const { publicKey } = pair;
    await keysOf(admin).add.mutate({ publicKey, userId: mia.userId, label: "Hers" });
    const proven = await addProven(mia, pair);
    expect(proven).toMatchObject({ label: "Hers", addedBy: admin.userId, proven: true });
    expect(await addProven(mia, pair)).toEqual(proven);
    expect(await keysOf(mia).add.mutate({ publicKey })).toEqual(proven);
    expect((await log()).map(({ type }) => type)).toEqual(["ssh_key.proven", "ssh_key.added"]);
  });

  describe("a key that was registered for somebody else", () => {
    test("without proof goes to whoever proves it, and its sessions end; the log tells both", async () => {
      const { admin, addPerson, services, clientOf } = latchkey();
      const thief = await addPerson("member", "Thea");
      const pair = newKeyPair("ada@laptop");
      const { publicKey } = pair;
      const fingerprint = fingerprintOf(pair);
      await keysOf(thief).add.mutate({ publicKey, label: "Thea's" });
      const session = await startSshSession(services, fingerprint, null);
      expect(session.ok).toBe(true);

      const taken = await addProven(admin, pair);
      expect(taken).toMatchObject({ userId: admin.userId, label: "ada@laptop", lastUsedAt: null });
      expect((await keysOf(thief).list.query()).items).toEqual([]);
      expect((await clientOf(thief).events.list.query()).items).toMatchObject([
        { type: "ssh_key.removed", data: { fingerprint, label: "Thea's", provenByAnother: true } },
        { type: "session.started" },
        { type: "ssh_key.added" },
      ]);
      const [added] = await log();
      expect(added).toMatchObject({
        type: "ssh_key.added",
        userId: admin.userId,
        data: { fingerprint, proven: true, takenFrom: "thea@example.com" },
      });
      const { items: left } = await services.store.listSessions(thief.userId);
      expect(left).toEqual([]);
      const next = await startSshSession(services, fingerprint, null);
      expect(next).toMatchObject({ ok: true, value: { caller: { user: { name: "Ada" } } } });
    });

    test("with proof stays there, also against a proof and an admin", async () => {
      const { admin, addPerson } = latchkey();
      const mia = await addPerson("member", "Mia");
      const pair = newKeyPair();
      await addProven(mia, pair);
      expect(await codeOf(addProven(admin, pair))).toBe("CONFLICT");
      const { publicKey } = pair;
      expect(await codeOf(keysOf(admin).add.mutate({ publicKey }))).toBe("CONFLICT");
      expect((await keysOf(mia).list.query()).items).toMatchObject([{ proven: true }]);
    });

    test("of two who prove it at once, one gets it", async () => {
      const { admin, addPerson } = latchkey();
      const [thief, mia] = [await addPerson("member", "Thea"), await addPerson("member", "Mia")];
      const pair = newKeyPair();
      await keysOf(thief).add.mutate({ publicKey: pair.publicKey });
      const codes = await Promise.all(
        [admin, mia].map((person) => codeOf(addProven(person, pair))),
      );
      expect(codes.sort()).toEqual(["CONFLICT", "no failure"]);
    });
  });

  test("what proves nothing is refused by its field, and registers nothing", async () => {
    const { admin, addPerson, clientOf } = latchkey();
    const mia = await addPerson("member", "Mia");
    const [pair, other] = [newKeyPair(), newKeyPair()];
    const good = await proofBy(mia, pair);
    const theirs = await proofBy(admin, pair);
    const wrong = [
      { ...good, signature: "x" },
      { ...good, challenge: "x" },
      // Signed by another key, about another key, and over another user's challenge.
      await proofBy(mia, other, pair),
      await proofBy(mia, pair, other),
      theirs,
      { ...good, challenge: theirs.challenge },
    ];
    const { publicKey } = pair;
    for (const proof of wrong) {
      const failure = await keysOf(mia)
        .add.mutate({ publicKey, proof })
        .then(() => null, errorOf);
      expect(failure).toMatchObject({ code: "INPUT_INVALID", fields: [{ field: "proof" }] });
    }
    // An admin can't prove a key for somebody else, whoever signed.
    for (const proof of [good, await proofBy(admin, pair)]) {
      const { userId } = mia;
      const call = clientOf(admin).sshKeys.add.mutate({ publicKey, userId, proof });
      expect(await codeOf(call)).toBe("INPUT_INVALID");
    }
    expect(await log()).toEqual([]);
    expect((await keysOf(mia).add.mutate({ publicKey, proof: good })).proven).toBe(true);
  });
});
