import { randomBytes } from "node:crypto";
import { generateToken } from "@latchkey/core";
import { expect, test } from "vitest";
import { onEachEngine } from "./installation.ts";

/** Each procedure with an input that holds, bar the fields that a test puts in place of others. */
const GOOD: Record<string, Record<string, unknown>> = {
  "keys.list": {},
  "keys.get": { id: "key_01m85ekpraf9ev264edav9zf6q" },
  "keys.create": { title: "Deploy" },
  "keys.rename": { id: "key_01m85ekpraf9ev264edav9zf6q", title: "Deploy" },
  "keys.revoke": { id: "key_01m85ekpraf9ev264edav9zf6q" },
  "keys.cancelRevocation": { id: "key_01m85ekpraf9ev264edav9zf6q" },
  "keys.rotate": { id: "key_01m85ekpraf9ev264edav9zf6q" },
  "keys.delete": { id: "key_01m85ekpraf9ev264edav9zf6q" },
  "keys.verify": { token: "sk_0" },
  "keys.resolve": { token: generateToken("sk", randomBytes).token.reveal() },
  "events.list": {},
  "events.verify": {},
  "sshKeys.list": {},
  "sshKeys.add": { publicKey: "ssh-ed25519 AAAA" },
  "sshKeys.remove": { fingerprint: `SHA256:${"A".repeat(43)}` },
};

const DATES = [
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-01",
  "2026-01-01T00:00:00",
  "2026-01-01T25:00:00Z",
  "2026-01-01T00:00:00+24:00",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00+23:59",
  "9999-12-31T23:59:59-23:59",
  "+275760-09-13T00:00:00Z",
  "yesterday",
  "infinity",
  "",
  "\0",
  0,
  null,
  {},
];
const WHOLE = [-1, 1.5, "1", "x", null, true, [], 1e300, Number.MAX_SAFE_INTEGER + 1];
const LIMITS = [0, 101, ...WHOLE];
const TEXTS = [0, null, true, {}, [], ["a"]];
const MARKS = "a\0b";

/** What must be refused, by procedure and field. */
const WRONG: [procedure: string, field: string, values: unknown[]][] = [
  ["keys.list", "limit", LIMITS],
  ["keys.list", "sort", ["secret", "digest", "TITLE", "title; drop table api_keys", ...TEXTS]],
  ["keys.list", "order", ["ASC", "up", ...TEXTS]],
  ["keys.list", "status", ["scheduled", "Active", "", ...TEXTS]],
  [
    "keys.list",
    "owner",
    ["", "you", "user_", "user_x", "key_01m85ekpraf9ev264edav9zf6q", ...TEXTS],
  ],
  ["keys.list", "search", ["x".repeat(301), MARKS, "\ud800", "a\nb", "\u009b31m", ...TEXTS]],
  ["keys.list", "created.from", DATES],
  ["keys.list", "created.to", DATES],
  ["keys.list", "updated.from", DATES],
  ["keys.list", "revoked.to", DATES],
  ["keys.list", "lastUsedBefore", DATES],
  ["keys.create", "expiresAt", [...DATES, "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]],
  ["keys.rename", "revision", [0, ...WHOLE]],
  ["keys.revoke", "inSeconds", WHOLE],
  ["keys.rotate", "graceSeconds", WHOLE],
  ["keys.create", "title", TEXTS],
  ["keys.rename", "title", TEXTS],
  ["keys.create", "scopes", ["*", {}, 1, null, [1], [null], [["a:b"]]]],
  ["keys.verify", "scopes", ["*", {}, 1, null, [1], [null]]],
  ["keys.verify", "token", TEXTS],
  ["keys.resolve", "token", TEXTS],
  ["events.list", "limit", LIMITS],
  ["events.list", "before", WHOLE],
  ["events.list", "type", ["", "key revoked", "KEY.REVOKED", "x".repeat(65), MARKS, ...TEXTS]],
  ["events.list", "actorId", ["", "me", MARKS, ...TEXTS]],
  ["events.list", "keyId", TEXTS],
  ["events.verify", "from.seq", WHOLE],
  ["events.verify", "from.mac", ["", "00", "g".repeat(64), "0".repeat(63), MARKS, ...TEXTS]],
  ["events.verify", "from", ["", 1, null, []]],
  ["sshKeys.list", "userId", TEXTS],
  ["sshKeys.add", "publicKey", ["", "hello", "x".repeat(16_385), MARKS, ...TEXTS]],
  ["sshKeys.add", "proof.challenge", ["x".repeat(201), ...TEXTS]],
  ["sshKeys.add", "proof.signature", ["x".repeat(16_385), ...TEXTS]],
  ["sshKeys.add", "label", ["x".repeat(1001), ...TEXTS]],
  [
    "sshKeys.remove",
    "fingerprint",
    ["", "SHA256:", `MD5:${"A".repeat(43)}`, `SHA256:${"A".repeat(44)}`, MARKS, ...TEXTS],
  ],
  ...["get", "rename", "revoke", "cancelRevocation", "rotate", "delete"].map(
    (verb): [string, string, unknown[]] => [`keys.${verb}`, "id", TEXTS],
  ),
];

onEachEngine("bad input", (latchkey) => {
  const refused = async (procedure: string, input: unknown) => {
    const { post, admin } = latchkey();
    const { status, body } = await post(admin, procedure, input);
    expect(`${status} ${body}`).toMatch(/^400 /);
    const { error } = JSON.parse(body) as {
      error: { data: { reason: string; fields?: unknown[] } };
    };
    expect(JSON.stringify(error)).not.toMatch(/stack|select |insert |node_modules/i);
    return error.data as { reason: string; fields?: { field: string; message: string }[] };
  };

  test.each(WRONG)("%s: a wrong %s is refused, and named", async (procedure, field, values) => {
    for (const value of values) {
      const { reason, fields } = await refused(procedure, withField(procedure, field, value));
      expect(reason).toBe("INPUT_INVALID");
      const [found] = fields ?? [];
      expect(found?.field.startsWith(field) || field.startsWith(String(found?.field))).toBe(true);
      expect(found?.message).toMatch(/\w/);
    }
    expect(latchkey().defects).toEqual([]);
    expect((await latchkey().services.store.readHead()).seq).toBe(0);
  });

  test.each(Object.keys(GOOD))("%s: an unknown field is refused, and named", async (procedure) => {
    const { fields } = await refused(procedure, { ...GOOD[procedure], token_: "x" });
    expect(fields).toEqual([{ field: "", message: "There is no field token_. Leave it out." }]);
  });

  test.each(Object.keys(GOOD))("%s: what is no object is refused", async (procedure) => {
    for (const input of [null, 1, "text", [], [{}], true]) {
      expect((await refused(procedure, JSON.stringify(input))).reason).toBe("INPUT_INVALID");
    }
    expect((await refused(procedure, "{")).reason).toBe("INPUT_INVALID");
  });

  test("titles without ink, too long, or with what a terminal would obey are refused", async () => {
    const { clientOf, admin } = latchkey();
    const { key } = await clientOf(admin).keys.create.mutate({ title: "Deploy" });
    const forbidden = [
      "\0",
      "\x1b[31m",
      "\x7f",
      "\u009b",
      "\u200b",
      "\u202e",
      "\u2066",
      "\u2028",
      "\u2029",
    ]
      .concat("\ud800", "\udc00", "\ue000", "\ufeff", "\u{e0001}", "\r", "\n", "\t")
      .map((character) => `a${character}b`);
    const empty = ["", " ", "\u00a0", "\u3000", "\u0301", "\u115f"];
    const long = ["x".repeat(201), "🔑".repeat(201), `a${"\u0301".repeat(300)}`];
    for (const title of [...forbidden, ...empty, ...long]) {
      expect((await refused("keys.create", { title })).reason).toBe("TITLE_INVALID");
      expect((await refused("keys.rename", { id: key.id, title })).reason).toBe("TITLE_INVALID");
    }
    expect(await clientOf(admin).keys.list.query()).toMatchObject({ total: 1, items: [key] });
  });

  test("titles of 1 to 200 visible characters pass, trimmed and composed", async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const kept = [
      "x",
      "x".repeat(200),
      "🔑".repeat(200),
      "日本語",
      "שלום",
      "é",
      "a  b",
      "$1 \\ ' \" %",
    ];
    for (const title of kept) {
      expect((await keys.create.mutate({ title: ` ${title} ` })).key.title).toBe(title);
    }
    expect((await keys.create.mutate({ title: "e\u0301" })).key.title).toBe("é");
  });

  test("scopes that are none, too many, or not written as such are refused", async () => {
    const many = Array.from({ length: 65 }, (_, i) => `a:b${i}`);
    const wrong = ["", "a", ":", "a:", ":b", "a:b:c", "A:b", "a b:c", "é:b", "a:b\n", MARKS, "**"];
    for (const scopes of [[], many, ...wrong.map((scope) => [scope]), [`${"a".repeat(65)}:b`]]) {
      expect((await refused("keys.create", { title: "Deploy", scopes })).reason).toBe(
        "SCOPE_INVALID",
      );
    }
  });

  test("cursors that were made up, or belong to another order, are refused", async () => {
    const { clientOf, admin } = latchkey();
    for (const title of ["a", "b"]) await clientOf(admin).keys.create.mutate({ title });
    const page = await clientOf(admin).keys.list.query({ limit: 1, sort: "title", order: "asc" });
    const good = String(page.nextCursor);
    const id = "key_01m85ekpraf9ev264edav9zf6q";
    const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
    const cursors = [
      "",
      "x",
      "%%%",
      "\0",
      "x".repeat(5000),
      good.slice(0, -4),
      Buffer.from("null").toString("base64url"),
      made(),
      made("title", "asc"),
      made("title", "asc", 1, id),
      made("title", "asc", null, id),
      made("title", "asc", "a\0", id),
      made("title", "asc", "a", "nonsense"),
      made("title", "asc", "a", id, "more"),
      made("createdAt", "asc", "2026-01-01T00:00:00.000Z", id),
    ];
    for (const cursor of cursors) {
      const { fields } = await refused("keys.list", { cursor, sort: "title", order: "asc" });
      expect(fields?.[0]?.field).toBe("cursor");
    }
    const others = [{ sort: "title", order: "desc" }, { sort: "createdAt", order: "asc" }, {}];
    for (const order of others) await refused("keys.list", { cursor: good, ...order });
    const instants = [
      "",
      "now",
      "infinity",
      "2026-02-30T00:00:00.000Z",
      "2026-01-01",
      "-000001-01-01T00:00:00.000Z",
    ];
    for (const value of [
      ...instants,
      "+275760-09-13T00:00:00.000Z",
      "0000-01-01T00:00:00.000Z",
      null,
    ]) {
      await refused("keys.list", { cursor: made("createdAt", "desc", value, id) });
    }
    expect(latchkey().defects).toEqual([]);
  });

  test("an id that is no text of ours finds nothing", async () => {
    const { post, admin } = latchkey();
    for (const id of ["", "\0", "\ud800", "key_", "' or 1=1", "x".repeat(10_000), "__proto__"]) {
      for (const procedure of ["keys.get", "keys.revoke", "keys.delete"]) {
        expect((await post(admin, procedure, { id })).status).toBe(404);
      }
    }
  });
});

function withField(procedure: string, field: string, value: unknown): unknown {
  const [outer, inner] = field.split(".") as [string, string | undefined];
  const fillers: Record<string, object> = {
    from: { seq: 1, mac: "0".repeat(64) },
    proof: { challenge: "x", signature: "x" },
  };
  const filler = fillers[outer] ?? {};
  const placed = inner === undefined ? value : { ...filler, [inner]: value };
  return { ...GOOD[procedure], [outer]: placed };
}
