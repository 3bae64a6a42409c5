import { randomBytes } from "node:crypto";
import type { Key, KeyEvent } from "@latchkey/core";
import { newKey } from "@latchkey/testing/seed/keys";
import { sql } from "drizzle-orm";
import type { OpenDatabase } from "../../packages/server/src/db/database.ts";
import { ensureOperator } from "../../packages/server/src/use-cases/users/ensure-operator.ts";
import type { Services } from "../../packages/server/src/use-cases/services.ts";
import type { NewEvent } from "../../packages/server/src/store/port/log.ts";
import type { Fixture } from "../fixture.ts";

/** In one change. A statement takes 65,535 parameters. */
const KEYS_AT_ONCE = 1_000;

/** So many keys, each created, renamed, scheduled and canceled: four events of a key. */
export async function makeHistory(
  { doing }: Fixture,
  open: OpenDatabase,
  services: Services,
  keys: number,
): Promise<void> {
  const { id: userId } = await ensureOperator(services, "bench");
  // Built afterwards it takes a fraction of the time.
  await open.db.execute(sql`drop index api_keys_search_rest_trigram`);
  for (let made = 0; made < keys; made += KEYS_AT_ONCE) {
    await services.store.change(async (tx) => {
      const head = await tx.lockHead();
      const now = await tx.instant(head);
      const events: NewEvent[] = [];
      for (let at = 0; at < KEYS_AT_ONCE; at += 1) {
        const facts = { ownerId: userId, title: "Store", createdAt: now };
        const key = { ...newKey({ ...facts, scopes: ["orders:read"] }), revision: 4 };
        await tx.insertKey(key, randomBytes(32));
        const subject = { keyId: key.id, userId: null, ownerId: userId };
        events.push(...lifeOf(key).map((event) => ({ ...event, ...subject })));
      }
      const actor = {
        kind: "operator",
        userId,
        keyId: null,
        via: "process",
        address: null,
      } as const;
      await tx.append(head, now, actor, events);
    });
    doing(`a history of ${(made + KEYS_AT_ONCE).toLocaleString("en")} keys`);
  }
  await open.exclusively((db) => db.execute(sql`analyze`));
}

function lifeOf({ title, redacted, ownerId, scopes }: Key): KeyEvent[] {
  const ahead = "2030-01-01T00:00:00.000Z";
  const facts = { redacted, ownerId, scopes, expiresAt: null, rotatedFrom: null };
  return [
    { type: "key.created", data: { title: "Shop", ...facts } },
    { type: "key.renamed", data: { from: "Shop", to: title } },
    { type: "key.revocation_scheduled", data: { title, revokedAt: ahead, wasScheduledFor: null } },
    { type: "key.revocation_canceled", data: { title, wasScheduledFor: ahead } },
  ];
}
