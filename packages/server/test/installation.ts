import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyId, Principal, Role, SessionId, UserId } from "@latchkey/core";
import { insertSession, insertUsers, newUser } from "@latchkey/testing/seed/people";
import { eq, type SQL } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { composeServices } from "../src/start/compose.ts";
import { createClient, errorOf, type LatchkeyClient } from "@latchkey/client";
import type { OpenDatabase } from "../src/db/database.ts";
import { apiKeys } from "../src/db/schema.ts";
import { httpApp } from "../src/http/app.ts";
import type { Caller, Services } from "../src/use-cases/services.ts";
import {
  type Engine,
  emptyDatabase,
  engines,
  type TestDatabase,
} from "@latchkey/testing/database/engines";
import { reseal } from "./reseal.ts";

// A whole server on an open database, with people, and clients that act as them.

export type Person = Caller & { readonly userId: UserId };

export type Installation = {
  readonly database: TestDatabase;
  readonly services: Services;
  /** What `onDefect` was told. */
  readonly defects: unknown[];
  /** Signed in from the start, in an otherwise empty installation. */
  readonly admin: Person;
  readonly addPerson: (role: Role, name: string) => Promise<Person>;
  readonly clientOf: (caller: Caller | null) => LatchkeyClient;
  /** The answer as it went over the wire. */
  readonly post: (caller: Caller | null, procedure: string, input: unknown) => Promise<Answer>;
  readonly send: (caller: Caller | null, request: Request) => Promise<Response>;
  /** Runs a statement behind the program's back, and seals the rows as if they had been written by it. */
  readonly rewrite: (statement: SQL) => Promise<void>;
  /** Moves a key's instants behind the program's back, as time would. */
  readonly setInstants: (id: KeyId, instants: Instants) => Promise<void>;
};

type Answer = { readonly status: number; readonly body: string };
type Instants = Partial<
  Pick<
    typeof apiKeys.$inferSelect,
    "createdAt" | "updatedAt" | "expiresAt" | "revokedAt" | "revokedBy"
  >
>;

export const ORIGIN = "http://localhost";

/** A server on the database, whose pepper is made or found in the folder. */
export async function startServices(open: OpenDatabase, folder: string): Promise<Services> {
  return composeServices({
    open,
    pepperFile: join(folder, "pepper"),
    tokenPrefix: "sk",
    onDefect: (defect) => {
      throw defect;
    },
  });
}

export async function install(database: TestDatabase, services: Services): Promise<Installation> {
  const defects: unknown[] = [];
  const addPerson = async (role: Role, name: string): Promise<Person> => {
    const [person] = await addPeople({ database, services }, [{ role, name }]);
    return person as Person;
  };
  const send = async (caller: Caller | null, request: Request) =>
    httpApp({
      services,
      identify: async () => caller,
      onDefect: (defect) => defects.push(defect),
    }).fetch(request);
  return {
    database,
    services,
    defects,
    admin: await addPerson("admin", "Ada"),
    addPerson,
    clientOf: (caller) => createClient({ url: ORIGIN, fetch: (request) => send(caller, request) }),
    send,
    post: async (caller, procedure, input) => {
      const response = await send(caller, call(procedure, input));
      return { status: response.status, body: await response.text() };
    },
    rewrite: async (statement) => {
      await database.query(statement);
      await reseal(database, services.pepper);
    },
    setInstants: async (id, instants) => {
      await database.db.update(apiKeys).set(instants).where(eq(apiKeys.id, id));
      await reseal(database, services.pepper);
    },
  };
}

/** The suite on each engine, with an empty installation before each test. */
export function onEachEngine(
  title: string,
  tests: (latchkey: () => Installation, engine: Engine) => void,
): void {
  describe.each(engines)(`${title} ($name)`, (engine) => {
    onEngine(engine, tests);
  });
}

export function onEngine(
  engine: Engine,
  tests: (latchkey: () => Installation, engine: Engine) => void,
): void {
  let database: TestDatabase | undefined;
  let services: Services | undefined;
  let folder: string;
  let current: Installation | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    database = await engine.open();
    services = await startServices(database, folder);
  });
  beforeEach(async () => {
    if (database === undefined || services === undefined) throw new Error("nothing was opened");
    await emptyDatabase(database);
    current = await install(database, services);
  });
  afterAll(async () => {
    await services?.close();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });
  tests(() => {
    if (current === undefined) throw new Error("there is an installation only inside a test");
    return current;
  }, engine);
}

const byHttp = { via: "http", address: "192.0.2.7" } as const;

export function call(procedure: string, input: unknown): Request {
  return new Request(`${ORIGIN}/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof input === "string" ? input : JSON.stringify(input),
  });
}

/** A key that acts as its owner. Its scopes are what the key holds, unless told otherwise. */
export function asKey(owner: Person, key: { id: KeyId; scopes: readonly string[] }): Caller {
  const { userId, role } = owner.principal;
  const principal: Principal = {
    kind: "key",
    userId,
    role,
    keyId: key.id,
    scopes: key.scopes,
    endsAt: null,
  };
  return { principal, user: owner.user, ...byHttp };
}

/** People who act without a credential, as an operator does. The log knows nothing of them: `audit verify` says so. */
export async function addPeople(
  { database, services }: Pick<Installation, "database" | "services">,
  wanted: readonly { role: Role; name: string; disabled?: boolean }[],
): Promise<Person[]> {
  const rows = wanted.map(({ role, name, disabled = false }) =>
    newUser({ email: `${name.toLowerCase()}@example.com`, role, name, disabled }),
  );
  await insertUsers(database.db, services.pepper, rows);
  return rows.map(({ id, role, email, name }) => {
    const principal = { kind: "operator", userId: id, role } as const;
    return { principal, user: { email, name }, userId: id, ...byHttp };
  });
}

/** A session that ends in so many seconds: who acts in it, its id, and the token to present. */
export async function signIn(
  { database, services }: Pick<Installation, "database" | "services">,
  person: Person,
  seconds = 3600,
): Promise<Caller & { readonly sessionId: SessionId; readonly token: string }> {
  const { userId, role } = person.principal;
  const { sessionId, token } = await insertSession(database.db, services, userId, seconds);
  const principal = { kind: "session", userId, role, sessionId } as const;
  return { principal, user: person.user, ...byHttp, sessionId, token };
}

/** The code of a call that must fail. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no failure",
    (thrown: unknown) => errorOf(thrown).code,
  );
}
