import { type KeyObject, randomBytes } from "node:crypto";
import {
  digestSessionToken,
  generateToken,
  newSessionId,
  newUserId,
  type Pepper,
  SESSION_PREFIX,
  type SessionId,
  type User,
  type UserId,
} from "@latchkey/core";
import type { Database } from "../../../server/src/db/database.ts";
import { sessions, users } from "../../../server/src/db/schema.ts";
import { createSeals } from "../../../server/src/store/drizzle/seals.ts";
import { newSessionRow } from "../../../server/src/store/drizzle/session-rows.ts";
import { newUserRow } from "../../../server/src/store/drizzle/user-rows.ts";

// Users and their sessions past the log and past the password, which takes its time on purpose.

/** A user, not yet stored. */
export function newUser(facts: Partial<User> & Pick<User, "email" | "name">): User {
  const { createdAt = new Date() } = facts;
  return {
    id: newUserId(createdAt, randomBytes),
    role: "member",
    disabled: false,
    createdAt,
    ...facts,
  };
}

export async function insertUsers(
  db: Database,
  pepper: Pepper,
  people: readonly User[],
): Promise<void> {
  const seals = createSeals(pepper);
  await db.insert(users).values(people.map((user) => newUserRow(seals, user, null)));
}

/** A session that ends in so many seconds, and the token to present. */
export async function insertSession(
  db: Database,
  { pepper, sessionKey }: { readonly pepper: Pepper; readonly sessionKey: KeyObject },
  userId: UserId,
  seconds: number,
): Promise<{ readonly sessionId: SessionId; readonly token: string }> {
  const now = new Date();
  const sessionId = newSessionId(now, randomBytes);
  const token = generateToken(SESSION_PREFIX, randomBytes).token.reveal();
  const session = {
    id: sessionId,
    userId,
    digest: digestSessionToken(sessionKey, token),
    via: "http",
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + seconds * 1000),
    sshFingerprint: null,
  };
  await db.insert(sessions).values(newSessionRow(createSeals(pepper), session));
  return { sessionId, token };
}
