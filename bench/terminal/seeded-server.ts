import { join } from "node:path";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import { readPepper } from "../../packages/server/src/start/pepper-file.ts";
import { startServer } from "@latchkey/testing/command/server";
import type { Fixture } from "../fixture.ts";
import { fill } from "../fill.ts";
import { manyKeys, people } from "../list/keys.ts";
import { startPostgres } from "../postgres.ts";
import { runLatchkey } from "../run-latchkey.ts";

/** A server over HTTP with so many keys in its PostgreSQL, and an admin who is signed in there. */
export type SeededServer = {
  readonly url: string;
  /** The admin's environment. */
  readonly person: Readonly<Record<string, string>>;
  /** Of a key of the admin's, the newest of all. */
  readonly key: { readonly id: string; readonly token: string };
};

/** The admin among `people`: three in ten keys are theirs. */
const EMAIL = "user-0@example.com";
const PASSWORD = "correct horse battery";

export async function seededServer(fixture: Fixture, keys: number): Promise<SeededServer> {
  const home = await fixture.folder();
  fixture.doing(`making ${keys.toLocaleString("en")} keys in PostgreSQL`);
  const databaseUrl = await startPostgres(fixture);
  const operator = {
    HOME: home,
    DATABASE_URL: databaseUrl,
    LATCHKEY_PEPPER_FILE: join(home, "pepper"),
  };
  await runLatchkey(["migrate"], operator);
  const open = await openPostgres(databaseUrl);
  const pepper = await readPepper(operator.LATCHKEY_PEPPER_FILE);
  if (pepper === null) throw new Error("latchkey migrate made no pepper");
  await fill(open, databaseUrl, pepper, people, manyKeys(keys));
  await open.close();
  await runLatchkey(["users", "set-password", EMAIL], operator, PASSWORD);
  const { url } = await startServer(operator, { atEnd: fixture.atEnd });
  const person = { HOME: join(home, "person") };
  await runLatchkey(["login", url, "--email", EMAIL], person, PASSWORD);
  const made = await runLatchkey(["keys", "create", "--title", "The newest", "--json"], person);
  const { key, token } = JSON.parse(made) as { key: { id: string }; token: string };
  return { url, person, key: { id: key.id, token } };
}
