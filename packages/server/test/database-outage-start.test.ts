import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { StartRefused } from "../src/faults/start-refused.ts";
import { openLink } from "@latchkey/testing/database/database-link";
import { createDatabase } from "@latchkey/testing/database/engines";
import { startServices } from "./installation.ts";

/** Something that takes connections and is no PostgreSQL. */
async function pretend(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => onConnection(socket.on("error", () => {})));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function refusalOf(url: string): Promise<string> {
  const refusal: unknown = await openPostgres(url).then(
    (open) => open.close(),
    (error: unknown) => error,
  );
  if (!(refusal instanceof StartRefused)) throw new Error("it was not refused", { cause: refusal });
  return refusal.message;
}

describe("a database that can't be used at start is refused with what is wrong", () => {
  let silent: Server;
  let deaf: Server;
  let closed: number;
  beforeAll(async () => {
    silent = await pretend(() => {});
    deaf = await pretend((socket) => socket.destroy());
    const gone = await pretend(() => {});
    closed = portOf(gone);
    await new Promise((done) => gone.close(done));
  });
  afterAll(() => {
    silent.close();
    deaf.close();
  });

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(inject("postgresUrl"));
    change(url);
    return url.href;
  };
  const cases: [string, () => string, RegExp][] = [
    ["no such host", () => "postgres://u:hunter2@latchkey.invalid/d", /no such host/],
    ["nobody listens", () => `postgres://u:hunter2@127.0.0.1:${closed}/d`, /nothing listens/],
    ["no answer", () => `postgres://u:hunter2@127.0.0.1:${portOf(silent)}/d`, /not answer/],
    ["no PostgreSQL", () => `postgres://u:hunter2@127.0.0.1:${portOf(deaf)}/d`, /closed the conn/],
    ["a wrong password", () => changed((url) => (url.password = "hunter2")), /the password/],
    ["a wrong user", () => changed((url) => (url.username = "hunter2")), /refused the user/],
    [
      "no such database",
      () => changed((url) => (url.pathname = "/hunter2")),
      /no database of this/,
    ],
    ["no TLS", () => changed((url) => (url.search = "?sslmode=require")), /not offer/],
  ];
  test.each(cases)("%s", async (_, url, sentence) => {
    const refusal = await refusalOf(url());
    expect(refusal).toMatch(sentence);
    expect(refusal).toMatch(/^DATABASE_URL/);
    for (const secret of ["hunter2", "127.0.0.1", "latchkey.invalid", "password@"]) {
      expect(refusal).not.toContain(secret);
    }
  });
});

test("a database that goes away while it is prepared is a refusal to start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  const database = await createDatabase({ migrated: true });
  const origin = await openLink(database.url);
  const open = await openPostgres(origin.url, 1);
  try {
    origin.breakBefore("pg_advisory_xact_lock");
    await expect(startServices(open, folder)).rejects.toMatchObject({
      name: "StartRefused",
      message: expect.stringMatching(/^DATABASE_URL/),
    });
    origin.breakBefore(null);
    // What is no fault of the database keeps its own name.
    await expect(startServices(open, join(folder, "absent"))).rejects.not.toMatchObject({
      message: expect.stringMatching(/^DATABASE_URL/),
    });
  } finally {
    await open.close();
    await origin.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
});
