import { Redacted } from "@latchkey/core";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { readConfig } from "../src/config/config.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { readPostgresUrl, warningOf } from "../src/db/postgres-url.ts";
import { startOnPostgres } from "../src/start/on-postgres.ts";
import { openLink, type DatabaseLink } from "@latchkey/testing/database/database-link";
import { createDatabase } from "@latchkey/testing/database/engines";

const tlsFile = (name: string) => fileURLToPath(new URL(`tls/${name}.pem`, import.meta.url));
const authority = tlsFile("authority");
const trusted = `&sslrootcert=${encodeURIComponent(authority)}`;

describe("the certificate is for localhost, from an authority of its own", () => {
  let withTls: DatabaseLink;
  let plain: DatabaseLink;
  beforeAll(async () => {
    const tls = { key: readFileSync(tlsFile("server-key")), cert: readFileSync(tlsFile("server")) };
    withTls = await openLink(inject("postgresUrl"), { tls });
    plain = await openLink(inject("postgresUrl"));
  });
  afterAll(async () => {
    await withTls.close();
    await plain.close();
  });

  const isLetIn = async (origin: DatabaseLink, host: string, search: string): Promise<string> => {
    const url = new URL(origin.url);
    url.hostname = host;
    url.search = search;
    const before = withTls.seen.tls;
    const open = await openPostgres(url.href, 1).catch((error: Error) => error.message);
    if (typeof open === "string") return open;
    await open.db.execute(sql`select 1`);
    await open.close();
    return withTls.seen.tls > before ? "inside TLS" : "in the clear";
  };

  test.each([
    ["127.0.0.1", "", "in the clear"],
    ["127.0.0.1", "?sslmode=disable", "in the clear"],
    ["127.0.0.1", "?sslmode=prefer", "inside TLS"],
    ["127.0.0.1", "?sslmode=require", "inside TLS"],
    ["127.0.0.1", `?sslmode=require${trusted}`, "inside TLS"],
    ["127.0.0.1", `?sslmode=verify-ca${trusted}`, "inside TLS"],
    ["localhost", `?sslmode=verify-full${trusted}`, "inside TLS"],
    ["localhost", `?ssl=true${trusted}`, "inside TLS"],
    ["127.0.0.1", `?sslmode=verify-full${trusted}`, /certificate does not hold/],
    ["localhost", "?sslmode=verify-full", /certificate does not hold/],
    ["localhost", "?sslmode=verify-full&sslrootcert=system", /certificate does not hold/],
    ["localhost", "?sslmode=verify-ca", /certificate does not hold/],
    ["localhost", "?sslmode=verify-full&sslrootcert=/nowhere", /sslrootcert/],
    ["localhost", "?sslmode=verifyfull", /no such sslmode/],
  ])("a client of %s%s gets there %s", async (host, search, outcome) => {
    expect(await isLetIn(withTls, host, search)).toMatch(outcome);
  });

  test("a server without TLS serves those who do not insist", async () => {
    expect(await isLetIn(plain, "127.0.0.1", "?sslmode=prefer")).toBe("in the clear");
    expect(await isLetIn(plain, "127.0.0.1", "?sslmode=require")).toMatch(/does not offer/);
  });
});

test("a server whose database is reached unprotected says so at start, without its URL", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "latchkey-warning-"));
  const database = await createDatabase({ migrated: true });
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  try {
    // An address that leads to this machine and yet is none of its own names.
    const url = new URL(database.url);
    url.hostname = "0.0.0.0";
    const config = readConfig(
      { DATABASE_URL: url.href, LATCHKEY_PORT: "0", LATCHKEY_METRICS_ADDRESS: "off" },
      dataDir,
    );
    const server = await startOnPostgres(new Redacted(url.href), config);
    await server.listen(config, log);
    await server.close();
    // A machine that has no time may also log that the feed lost touch.
    const warnings = lines.filter((line) => !line.includes("can't be followed"));
    expect(warnings).toEqual([expect.stringContaining("?sslmode=verify-full")]);
    expect(lines.join("")).not.toContain(url.password);
  } finally {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

describe("the way to a database", () => {
  test.each([
    ["postgres://u:hunter2@db.example.com/d", true],
    ["postgres://u:hunter2@db.example.com/d?sslmode=prefer", true],
    ["postgres://u:hunter2@10.0.0.5/d", true],
    ["postgres://u:hunter2@[2001:db8::1]/d", true],
    ["postgres://u:hunter2@db.example.com/d?sslmode=require", false],
    ["postgres://u:hunter2@localhost/d", false],
    ["postgres://u:hunter2@127.0.0.7/d", false],
    ["postgres://u:hunter2@[::1]/d", false],
    ["postgres://u:hunter2@%2Frun%2Fpostgresql/d", false],
    ["postgres:///d?host=/run/postgresql&user=u", false],
  ])("%s: a warning is %s", (url, warns) => {
    const warning = warningOf(readPostgresUrl(url));
    expect(warning !== null).toBe(warns);
    expect(warning ?? "").not.toMatch(/hunter2|example|10\.0|2001/);
  });
});
