import { digestToken } from "@latchkey/core";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { pino } from "pino";
import { expect, test } from "vitest";
import { httpApp } from "../src/http/app.ts";
import { identifyOr } from "../src/http/identify.ts";
import { type Aim, rows } from "./access-rows.ts";
import type { TestDatabase } from "@latchkey/testing/database/engines";
import { type Installation, onEachEngine, signIn } from "./installation.ts";
import { type SeededKey, seed } from "./key-stock.ts";
import { listenInTest } from "./listener.ts";
import { malformed } from "./malformed.ts";

// Bodies that have a procedure's shape, or none at all. Whatever comes in, nothing is a defect, and no
// answer tells of the inside.

const RUNS = 250;
const PROCEDURES = [
  ...[
    "list",
    "get",
    "create",
    "rename",
    "revoke",
    "cancelRevocation",
    "rotate",
    "delete",
    "verify",
  ].map((name) => `keys.${name}`),
  ...["list", "head", "verify"].map((name) => `events.${name}`),
  "auth.whoami",
];

/** Fields of any procedure, each with values that hold, nearly hold, or don't. */
function fields(known: { id: string; token: string; cursor: string }) {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 250 }),
    fc.string({ unit: "grapheme", maxLength: 210 }),
    fc.constantFrom("\0", "\ud800", "%", "\\", "'", "\u202e", known.token, known.id, known.cursor),
  );
  const instant = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom("0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z"),
    text,
  );
  const whole = fc.oneof(fc.integer({ min: -2, max: 120 }), fc.maxSafeInteger(), fc.double());
  const range = fc.record({ from: instant, to: instant }, { requiredKeys: [] });
  const cursor = fc
    .tuple(
      fc.constantFrom("title", "createdAt", "updatedAt", "revokedAt", "expiresAt", "x"),
      fc.constantFrom("asc", "desc"),
      fc.oneof(instant, fc.constant(null)),
      fc.oneof(fc.constant(known.id), text),
    )
    .map((parts) => Buffer.from(JSON.stringify(parts)).toString("base64url"));
  const mac = fc.string({
    unit: fc.constantFrom(..."0123456789abcdef"),
    minLength: 64,
    maxLength: 64,
  });
  return fc.record(
    {
      id: fc.oneof(fc.constant(known.id), text),
      title: text,
      token: fc.oneof(fc.constant(known.token), text),
      scopes: fc.oneof(fc.array(fc.oneof(fc.constantFrom("*", "a:b", "a:*"), text)), text),
      expiresAt: instant,
      revision: whole,
      inSeconds: whole,
      graceSeconds: whole,
      search: text,
      status: fc.constantFrom("active", "expired", "revoked", "x"),
      owner: fc.oneof(fc.constantFrom("me", "all"), text),
      created: range,
      updated: range,
      revoked: range,
      lastUsedBefore: instant,
      sort: fc.constantFrom("title", "createdAt", "updatedAt", "revokedAt", "expiresAt"),
      order: fc.constantFrom("asc", "desc"),
      cursor: fc.oneof(cursor, text),
      limit: fc.integer({ min: -1, max: 102 }),
      keyId: fc.oneof(fc.constant(known.id), text),
      actorId: text,
      type: text,
      before: whole,
      from: fc.record({ seq: whole, mac: fc.oneof(mac, text) }),
    },
    { requiredKeys: [] },
  );
}

/** Which fields a procedure takes, so that most bodies get past the first look. */
const TAKES: Record<string, readonly string[]> = {
  "keys.list": [
    "search",
    "status",
    "owner",
    "created",
    "updated",
    "revoked",
    "lastUsedBefore",
  ].concat("sort", "order", "cursor", "limit"),
  "keys.get": ["id"],
  "keys.create": ["title", "scopes", "expiresAt"],
  "keys.rename": ["id", "title", "revision"],
  "keys.revoke": ["id", "inSeconds"],
  "keys.cancelRevocation": ["id"],
  "keys.rotate": ["id", "graceSeconds"],
  "keys.delete": ["id"],
  "keys.verify": ["token", "scopes"],
  "events.list": ["keyId", "actorId", "type", "before", "limit"],
  "events.verify": ["from"],
};

onEachEngine("whatever is sent", (latchkey) => {
  const prepare = async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const { key, token } = await keys.create.mutate({ title: "Deploy" });
    await keys.create.mutate({ title: "Ship" });
    const page = await keys.list.query({ limit: 1 });
    return { id: key.id, token, cursor: String(page.nextCursor) };
  };
  const expectDecent = async (known: { token: string }, procedure: string, body: string) => {
    const { post, admin, services } = latchkey();
    const answer = await post(admin, procedure, body);
    expect(answer.status).not.toBe(500);
    const digest = Buffer.from(digestToken(services.pepper, known.token));
    for (const inside of [
      /select /i,
      /\bat .*\.(ts|js|mjs):\d/,
      /node_modules/,
      /params:/,
      /"stack"/,
    ]) {
      expect(answer.body).not.toMatch(inside);
    }
    expect(answer.body).not.toContain(digest.toString("hex"));
    expect(answer.body).not.toContain(digest.toString("base64"));
    expect(answer.body.toLowerCase()).not.toContain("digest");
  };
  const afterwards = async ({ defects, clientOf, admin }: Installation) => {
    expect(defects).toEqual([]);
    expect(await clientOf(admin).events.verify.query()).toMatchObject({ firstBadSeq: null });
  };

  test("in a procedure's shape, it is answered or refused, and breaks nothing", async () => {
    const known = await prepare();
    const shaped = fc
      .tuple(fc.constantFrom(...Object.keys(TAKES)), fields(known))
      .map(([procedure, all]) => {
        const taken = Object.entries(all).filter(([name]) => TAKES[procedure]?.includes(name));
        return [procedure, JSON.stringify(Object.fromEntries(taken))] as const;
      });
    await fc.assert(
      fc.asyncProperty(shaped, ([procedure, body]) => expectDecent(known, procedure, body)),
      { numRuns: RUNS },
    );
    await afterwards(latchkey());
  });

  test("without any shape, it is refused, and breaks nothing", async () => {
    const known = await prepare();
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.jsonValue().map((value) => JSON.stringify({ 0: value })),
      fc.constantFrom("", "{", "[]", '{"__proto__":{"id":1}}', '{"id":{"toString":1}}'),
    );
    const path = fc.oneof(
      fc.constantFrom(...PROCEDURES),
      fc.constantFrom(
        "keys.list,keys.get?batch=1",
        "keys.list?batch=1",
        "__proto__",
        "keys.__proto__",
      ),
    );
    await fc.assert(
      fc.asyncProperty(path, body, (procedure, sent) => expectDecent(known, procedure, sent)),
      { numRuns: RUNS },
    );
    await afterwards(latchkey());
  });
});

const AT_ONCE = 20;
const SEED = 20_261_124;

onEachEngine("what no procedure may take", (latchkey, { name }) => {
  const [overHttp, inProcess] = name === "PostgreSQL" ? [500, 9500] : [100, 400];
  const all = overHttp + inProcess;

  test(`is refused ${all} times, whoever sends it, and changes nothing`, async () => {
    const { services, admin, database, defects } = latchkey();
    const log: string[] = [];
    const { url } = await listenInTest(services, {
      log: pino({ level: "error" }, { write: (line: string) => void log.push(line) }),
    });
    const [key, narrow] = (await seed(latchkey(), [{}, { scopes: ["orders:read"] }])) as [
      SeededKey,
      SeededKey,
    ];
    const { token, sessionId } = await signIn(latchkey(), admin);
    const identify = identifyOr(null, services);
    const app = httpApp({
      services,
      // Without a look into the database each time: ten thousand of them would take their time.
      identify: async (request, origin) =>
        request.headers.get("authorization") === `Bearer ${token}`
          ? admin
          : identify(request, origin),
      onDefect: (defect) => defects.push(defect),
    });
    const targets: Record<Aim, string> = {
      nothing: "",
      key: key.id,
      token: key.token,
      session: sessionId,
      user: admin.userId,
      owner: admin.userId,
      actor: admin.userId,
      email: "new@example.com",
      sshKey: `SHA256:${"A".repeat(43)}`,
    };
    // Each of these would hold: what got through unbroken would show in the database.
    const good = new Map(rows.map((row) => [row.procedure, row.input(targets[row.aim])]));
    const before = await contentOf(database);

    // Whoever is let in learns that it does not hold; others that they are not.
    const sender = fc.oneof(
      { arbitrary: fc.constant({ authorization: `Bearer ${token}`, statuses: [400] }), weight: 5 },
      fc.constant({ authorization: `Bearer ${narrow.token}`, statuses: [400, 403] }),
      fc.constant({ authorization: `Bearer ${narrow.token}x`, statuses: [400, 401] }),
      fc.constant({ authorization: '\x80 ,"=', statuses: [400, 401] }),
    );
    const requests = fc.array(fc.tuple(sender, malformed(good)), {
      minLength: AT_ONCE,
      maxLength: AT_ONCE,
    });
    const allRefused = (transport: (request: Request) => Response | Promise<Response>) =>
      fc.asyncProperty(requests, async (sent) => {
        await Promise.all(
          sent.map(async ([{ authorization, statuses }, { path, body }]) => {
            const headers = { "content-type": "application/json", authorization };
            const request = new Request(`${url}/trpc/${path}`, { method: "POST", headers, body });
            const response = await transport(request);
            const answer = await response.text();
            // A batch whose calls fail each in its own way has a status of its own.
            const allowed = path.includes(",") ? [...statuses, 207] : statuses;
            expect([allowed, answer]).toEqual([expect.arrayContaining([response.status]), answer]);
            expect(answer).not.toMatch(/"result"|"stack"|select |node_modules|INTERNAL/i);
          }),
        );
      });
    await fc.assert(allRefused(fetch), { numRuns: overHttp / AT_ONCE, seed: SEED });
    await fc.assert(allRefused(app.fetch), { numRuns: inProcess / AT_ONCE, seed: SEED + 1 });
    expect([...log, ...defects]).toEqual([]);
    expect(await contentOf(database)).toEqual(before);
  });
});

/** Every row of every table, but for what tells of use, which is written whenever there is time for it. */
async function contentOf(database: TestDatabase): Promise<unknown[]> {
  const tables = await database.query<{ name: string }>(sql`
    select table_name as name from information_schema.tables where table_schema = 'public'
      and table_name not in ('key_last_uses', 'key_hourly_uses')`);
  const contents = tables.map(({ name }) =>
    database.query(
      sql`select ${name} as name, coalesce(jsonb_agg(row order by row), '[]') as rows from (
        select to_jsonb(t) - 'last_seen_at' as row from ${sql.identifier(name)} t
      ) rows`,
    ),
  );
  return Promise.all(contents);
}
