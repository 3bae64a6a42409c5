import { createClient } from "@latchkey/client";
import { expect, test } from "vitest";
import { until } from "@latchkey/testing/until";
import { installation } from "./support/installation.ts";
import { commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";

// What scripts rely on: with --json a command prints the output of the procedure of the same name, as
// the contract has it, and nothing else; a failure prints its code and exits with what stands for it.

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const keyId = expect.stringMatching(/^key_[0-9a-z]{26}$/);
const userId = expect.stringMatching(/^user_[0-9a-z]{26}$/);
const text = expect.any(String);
const number = expect.any(Number);
const list = expect.any(Array);
const orNull = (shape: unknown): unknown => expect.toBeOneOf([null, shape]);

const key = {
  id: keyId,
  title: text,
  redacted: expect.stringMatching(/^sk_\w{4}…\w{4}$/),
  ownerId: userId,
  scopes: list,
  status: expect.toBeOneOf(["active", "expired", "revoked"]),
  createdAt: instant,
  createdBy: userId,
  createdByKeyId: orNull(keyId),
  updatedAt: instant,
  revision: number,
  expiresAt: orNull(instant),
  revokedAt: orNull(instant),
  revokedBy: orNull(userId),
  lastUsedAt: orNull(instant),
  rotatedFrom: orNull(keyId),
  rotatedTo: orNull(keyId),
};
const token = expect.stringMatching(/^sk_[0-9A-Za-z]{49}$/);
const principal = {
  kind: expect.toBeOneOf(["session", "key", "operator"]),
  userId,
  email: text,
  name: text,
  role: expect.toBeOneOf(["admin", "member", "service"]),
  keyId: orNull(keyId),
  scopes: list,
};
const user = {
  id: userId,
  email: text,
  name: text,
  role: expect.toBeOneOf(["admin", "member", "service"]),
  disabled: expect.any(Boolean),
  createdAt: instant,
};
const event = {
  seq: number,
  at: instant,
  type: text,
  actor: {
    kind: text,
    userId: orNull(userId),
    keyId: orNull(keyId),
    via: text,
    address: orNull(text),
  },
  keyId: orNull(keyId),
  userId: orNull(userId),
  data: expect.any(Object),
};
const head = { seq: number, mac: expect.stringMatching(/^[0-9a-f]{64}$/) };
const sshKey = {
  fingerprint: expect.stringMatching(/^SHA256:/),
  label: text,
  userId,
  createdAt: instant,
  addedBy: userId,
  proven: false,
  lastUsedAt: orNull(instant),
};
const session = {
  id: expect.stringMatching(/^session_[0-9a-z]{26}$/),
  via: text,
  createdAt: instant,
  lastSeenAt: instant,
  current: expect.any(Boolean),
};
const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlR0LRl5xWWE+HCVZVVYqV0f0jVgJxuMOAyEaW/MoII laptop";
const PASSWORD = "correct horse battery";
const MAX = "max@example.com";
const NO_KEY = "key_01jn000000e00000000000000a";

/** An embedded installation that a server holds: commands join it, as its operator. */
async function served() {
  const commandRunner = await installation();
  const server = await startServer(commandRunner.env);
  const { key: first, token: firstToken } = await commandRunner.create("first");
  return { commandRunner, server, id: first.id, token: firstToken };
}

/** What goes on until it is told to end, what sshd runs, and the help itself. */
const WITHOUT_ANSWER = ["serve", "ssh-authorized-keys", "ssh-session", "help"];

/** Every command that answers, as the help lists them. What takes options has none below it. */
async function commandsOf(
  run: (args: string[]) => Promise<{ stdout: string }>,
  ...above: string[]
) {
  const { stdout } = await run([...above, "--help"]);
  const [, below = ""] = stdout.split("Commands:\n");
  const listed = [...below.matchAll(/^ {2}([a-z-]+)( \[options\])?/gm)]
    .map(([, name = "", options]) => ({ path: [...above, name], isLast: options !== undefined }))
    .filter(({ path }) => !WITHOUT_ANSWER.includes(path.at(-1) as string))
    .map(
      async ({ path, isLast }): Promise<string[]> =>
        isLast ? [path.join(" ")] : commandsOf(run, ...path),
    );
  return listed.length === 0 ? [above.join(" ")] : (await Promise.all(listed)).flat();
}

test("every command prints the output of its procedure, and nothing else on standard output", async () => {
  const { commandRunner, server, id, token: firstToken } = await served();
  const { run } = commandRunner;
  type Row = [args: string[], shape: unknown, stdin?: string, code?: number];
  const rows: Row[] = [
    [["whoami"], { ...principal, kind: "operator" }],
    [["keys", "create", "--title", "second", "--expires-in", "90d"], { key, token }],
    [["keys", "list"], { items: [key, key], nextCursor: null, total: 2, totalIsCapped: false }],
    [
      ["keys", "list", "--limit", "1", "--owner", "all"],
      { items: [key], nextCursor: text, total: 2, totalIsCapped: false },
    ],
    [["keys", "show", id], { ...key, id }],
    [["keys", "rename", id, "--title", "renamed"], { ...key, id, title: "renamed" }],
    [["keys", "revoke", id, "--in", "1h", "--yes"], { ...key, id, revokedAt: instant }],
    [["keys", "revoke", id, "--cancel"], { ...key, id, revokedAt: null }],
    [
      ["keys", "verify"],
      { outcome: "VALID", keyId: id, ownerId: userId, title: text, scopes: ["*"], expiresAt: null },
      firstToken,
    ],
    [["keys", "verify"], { outcome: "NOT_FOUND" }, "nonsense", 1],
    [["keys", "rotate", id], { key, token, previous: { ...key, id, status: "revoked" } }],
    [["keys", "delete", id, "--yes"], { id }],
    [["users", "add", "--email", MAX], { ...user, role: "member" }, PASSWORD],
    [["users", "set-role", MAX, "--role", "admin"], { ...user, role: "admin" }],
    [["users", "set-password", MAX], user, PASSWORD],
    [["users", "disable", MAX], { ...user, disabled: true }],
    [["users", "enable", MAX], { ...user, disabled: false }],
    [["users", "list"], { items: [user, user] }],
    [["ssh-keys", "add", "-", "--user", MAX], sshKey, PUBLIC_KEY],
    [["ssh-keys", "list", "--user", MAX], { items: [sshKey] }],
    [["ssh-keys", "remove", "FINGERPRINT"], { fingerprint: expect.stringMatching(/^SHA256:/) }],
    [["audit", "list", "--limit", "2"], { items: [event, event], nextBefore: number }],
    [["audit", "head"], head],
    [["audit", "verify"], { ok: true, head, firstBadSeq: null, firstBadRow: null }],
    [
      ["login", server.url, "--email", MAX],
      { expiresAt: instant, principal: { ...principal, kind: "session" } },
      PASSWORD,
    ],
    [["sessions", "list", "--url", server.url], { items: [{ ...session, current: true }] }],
    [["password", "--url", server.url], {}, `${PASSWORD}\nanother long password`],
    [["sessions", "end", "SESSION", "--url", server.url], {}],
    [["logout"], {}],
    [["migrate"], {}],
    [["completion", "bash"], { shell: "bash", script: text }],
  ];
  // What a later row takes from the answer of an earlier one.
  const found: Record<string, string> = {};
  for (const [args, shape, stdin, code = 0] of rows) {
    const given = args.map((arg) => found[arg] ?? arg);
    const ran = await run([...given, "--json"], stdin);
    expect([args, ran.code], ran.stdout).toEqual([args, code]);
    expect(ran.stdout).toMatch(/^[^\n]+\n$/);
    const answer = JSON.parse(ran.stdout) as { fingerprint?: string; items?: { id: string }[] };
    expect(answer, args.join(" ")).toEqual(shape);
    if (answer.fingerprint !== undefined) found["FINGERPRINT"] = answer.fingerprint;
    if (args[0] === "sessions") found["SESSION"] ??= answer.items?.[0]?.id ?? "";
  }
  const observer = new Set(rows.map(([args]) => args.join(" ")));
  const untold = (await commandsOf(run)).filter(
    (name) => ![...observer].some((line) => line === name || line.startsWith(`${name} `)),
  );
  expect(untold).toEqual([]);
});

test("every failure prints its code and a sentence, and exits with what stands for the code", async () => {
  const { commandRunner, server, id, token: firstToken } = await served();
  const { run, create } = commandRunner;
  const { email } = await commandRunner.json<{ email: string }>(["whoami"]);
  const brief = await create("brief", "--expires-in", "1s");
  const ended = await create("ended");
  await commandRunner.json(["keys", "revoke", ended.key.id, "--yes"]);
  const scheduled = await create("scheduled");
  await commandRunner.json(["keys", "revoke", scheduled.key.id, "--in", "1h", "--yes"]);
  await commandRunner.json(["users", "add", "--email", MAX], PASSWORD);
  // As many attempts as an account has.
  const { auth } = createClient({ url: server.url });
  const attempt = () =>
    auth.login.mutate({ email: "worn@example.com", password: "wrong" }).catch(() => {});
  for (let attempts = 0; attempts < 20; attempts += 1) await attempt();
  const statusOf = async (key: string) =>
    (await commandRunner.json<{ status: string }>(["keys", "show", key])).status;
  await until(async () => (await statusOf(brief.key.id)) === "expired");

  type Row = [code: string, exit: number, args: string[], stdin?: string];
  const rows: Row[] = [
    ["NOT_FOUND", 1, ["keys", "show", NO_KEY]],
    ["NOT_FOUND", 1, ["users", "disable", "nobody@example.com"]],
    ["TITLE_INVALID", 1, ["keys", "create", "--title", " "]],
    ["SCOPE_INVALID", 1, ["keys", "create", "--title", "x", "--scope", "X"]],
    ["KEY_ALREADY_REVOKED", 1, ["keys", "revoke", ended.key.id, "--yes"]],
    ["KEY_NOT_REVOKED", 1, ["keys", "delete", id, "--yes"]],
    ["KEY_EXPIRED", 1, ["keys", "rotate", brief.key.id]],
    ["KEY_REVOCATION_SCHEDULED", 1, ["keys", "rotate", scheduled.key.id]],
    ["REVOCATION_NOT_SCHEDULED", 1, ["keys", "revoke", id, "--cancel"]],
    ["EMAIL_TAKEN", 1, ["users", "add", "--email", MAX], PASSWORD],
    ["LAST_ADMIN", 1, ["users", "disable", email]],
    ["INPUT_INVALID", 2, ["keys", "list", "--limit", "0"]],
    ["INPUT_INVALID", 2, ["keys", "revoke", id]],
    ["INPUT_INVALID", 2, ["keys", "list", "--sort", "color"]],
    ["INPUT_INVALID", 2, ["keys", "create"]],
    ["INPUT_INVALID", 2, ["users", "add", "--email", "x@example.com"], "too short"],
    ["INPUT_INVALID", 2, ["login", "http://keys.example.com", "--email", MAX], PASSWORD],
    ["RATE_LIMITED", 3, ["login", server.url, "--email", "worn@example.com"], PASSWORD],
    ["UNAUTHENTICATED", 4, ["login", server.url, "--email", MAX], "wrong"],
    ["UNAUTHENTICATED", 4, ["keys", "list", "--url", server.url]],
  ];
  const fails = async ([code, exit, args, stdin]: Row, runs = run) => {
    const ran = await runs([...args, "--json"], stdin);
    const answer: unknown = JSON.parse(ran.stdout);
    expect([args, ran.code, answer]).toEqual([args, exit, { error: { code, message: text } }]);
    expect(ran.stdout).toMatch(/^[^\n]+\n$/);
  };
  for (const row of rows) await fails(row);
  const asKey = commandRunnerWith({ ...commandRunner.env, LATCHKEY_TOKEN: firstToken });
  await fails(["FORBIDDEN", 4, ["users", "add", "--email", "x@example.com"], PASSWORD], asKey.run);
  await server.stop();
  await fails(["UNAVAILABLE", 3, ["keys", "list", "--url", server.url]]);
});
