import { sql } from "drizzle-orm";
import { ensureOperator } from "../src/use-cases/users/ensure-operator.ts";
import type { Caller } from "../src/use-cases/services.ts";
import type { Installation } from "./installation.ts";
import { overHttp, PASSWORD } from "./over-http.ts";
import { newPublicKey } from "./key-pair.ts";

/** An installation whose log tells of everybody in it, with some history of everything. */
export async function withWholeLog(latchkey: Installation) {
  const { database, services, clientOf } = latchkey;
  await database.query(sql`delete from users`);
  const user = await ensureOperator(services, "ada");
  const principal = { kind: "operator", userId: user.id, role: "admin" } as const;
  const operator: Caller = { principal, user, via: "local", address: null };
  const { users, keys, events, sshKeys } = clientOf(operator);
  const email = "max@example.com";
  const { id: userId } = await users.add.mutate({ email, role: "member", password: PASSWORD });
  const { id: guestId } = await users.add.mutate({ email: "gus@example.com", role: "member" });
  const publicKey = newPublicKey();
  const { fingerprint } = await sshKeys.add.mutate({ publicKey, userId });
  const { client: member } = await overHttp(latchkey).login(email);
  const [session] = await member.auth.sessions.query().then(({ items }) => items);
  const { key } = await keys.create.mutate({ title: "Shop", scopes: ["a:b"] });
  const { key: theirs } = await member.keys.create.mutate({ title: "Deploy" });
  await keys.rename.mutate({ id: key.id, title: "Store" });
  return {
    operator,
    userId,
    guestId,
    fingerprint,
    publicKey,
    sessionId: session?.id,
    keyId: key.id,
    theirKeyId: theirs.id,
    users,
    keys,
    sshKeys,
    member,
    proof: () => events.verify.query(),
  };
}
