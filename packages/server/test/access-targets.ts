import { randomBytes } from "node:crypto";
import { generateToken } from "@latchkey/core";
import { sshKeys } from "../src/db/schema.ts";
import { THEIRS } from "./access-kinds.ts";
import type { Row } from "./access-rows.ts";
import { type Installation, type Person, signIn } from "./installation.ts";
import { seed } from "./key-stock.ts";
import { reseal } from "./reseal.ts";

const UUID = "01m85ekpraf9ev264edav9zf6q";

/** What a row can be pointed at. */
export type Targets = {
  /** What each of the people has, in their order; empty where nothing can be pointed at. */
  readonly ofEach: readonly string[];
  /** What doesn't exist, for the caller of this number. */
  readonly absent: (caller: number) => readonly string[];
};

export async function targetsOf(
  latchkey: Installation,
  { aim, procedure }: Row,
  people: readonly Person[],
): Promise<Targets> {
  const ids = people.map(({ userId }) => userId);
  const keys = () =>
    seed(
      latchkey,
      ids.map((ownerId) => ({ ownerId, scopes: [THEIRS] })),
    );
  switch (aim) {
    case "nothing":
      return { ofEach: [], absent: () => [] };
    case "key": {
      // The log has something to hide only of what happened.
      const made = procedure === "events.list" ? pastOf(latchkey, people) : keys();
      const ofEach = (await made).map(({ id }) => id);
      return { ofEach, absent: () => [`key_${UUID}`, "nonsense"] };
    }
    case "token": {
      const ofEach = (await keys()).map(({ token }) => token);
      const unknown = generateToken("sk", randomBytes).token.reveal();
      return { ofEach, absent: () => [unknown, "nonsense"] };
    }
    case "session": {
      const sessions = await Promise.all(people.map((person) => signIn(latchkey, person)));
      const ofEach = sessions.map(({ sessionId }) => sessionId);
      return { ofEach, absent: () => [`session_${UUID}`, "nonsense"] };
    }
    case "sshKey": {
      const fingerprints = ids.map(() => fingerprint());
      const rows = ids.map((userId, index) => ({
        fingerprint: fingerprints[index] ?? "",
        userId,
        publicKey: "ssh-ed25519 AAAA",
        label: "laptop",
        createdAt: new Date(),
        addedBy: userId,
      }));
      await latchkey.database.db.insert(sshKeys).values(rows);
      await reseal(latchkey.database, latchkey.services.pepper);
      return { ofEach: fingerprints, absent: () => [fingerprint()] };
    }
    case "user":
      return { ofEach: ids, absent: () => [`user_${UUID}`, "nonsense"] };
    case "owner":
      await keys();
      return { ofEach: ids, absent: () => [`user_${UUID}`] };
    case "actor":
      await pastOf(latchkey, people);
      return { ofEach: ids, absent: () => [`user_${UUID}`] };
    case "email":
      return {
        ofEach: people.map(({ user }) => user.email),
        absent: (i) => [`absent-${i}@example.com`],
      };
  }
}

/** A key of each, made by them. */
function pastOf({ clientOf }: Installation, people: readonly Person[]) {
  return Promise.all(
    people.map(async (person) => {
      const { key } = await clientOf(person).keys.create.mutate({ title: "Past" });
      return key;
    }),
  );
}

function fingerprint(): string {
  return `SHA256:${randomBytes(32).toString("base64").slice(0, 43)}`;
}
