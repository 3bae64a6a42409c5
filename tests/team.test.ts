import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import { revokeOnScreen, signInOnScreen } from "./support/life-on-screen.ts";
import { startProxy } from "./support/proxy.ts";
import { type CommandRunner, commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";
import { seatOf, withTeam } from "./support/team.ts";

// A team over HTTP on a real PostgreSQL, with two servers before it: an admin at one, a member at the
// other. The life of a key is told in team-story.test.ts.

const team = withTeam();

async function adaAndMax() {
  const { join: joins, one, two } = team();
  const [admin, member] = await Promise.all([joins("admin"), joins("member")]);
  const [ada, max] = await Promise.all([admin.signedInAt(one), member.signedInAt(two)]);
  return { admin, member, ada, max };
}

function credentialsOf({ env }: CommandRunner): string {
  return join(env["HOME"] as string, ".config", "latchkey", "credentials.json");
}

describe("people", () => {
  test("to a member another's key and an absent one are the same, to the byte", async () => {
    const { ada, max, admin } = await adaAndMax();
    expect(await ada.json(["whoami"])).toMatchObject({ kind: "session", email: admin.user.email });
    const { key, token } = await ada.create("Ada's");
    const absent = "key_01jn000000e00000000000000a";
    const attempts = [
      ["show"],
      ["rename", "--title", "x"],
      ["revoke", "--yes"],
      ["revoke", "--in", "1h", "--yes"],
      ["revoke", "--cancel"],
      ["rotate"],
      ["delete", "--yes"],
    ].map(async ([verb = "", ...rest]) => {
      const on = (id: string) => max.run(["keys", verb, id, ...rest, "--json"]);
      const [others, none] = await Promise.all([on(key.id), on(absent)]);
      expect(others).toEqual(none);
      expect(none.code).toBe(1);
    });
    await Promise.all(attempts);
    for (const args of [
      ["users", "list"],
      ["audit", "head"],
      ["audit", "verify"],
    ]) {
      expect((await max.run(args)).code).toBe(4);
    }
    expect(await ada.json(["keys", "show", key.id])).toEqual(key);
    expect(await max.verdict(token)).toBe("VALID");
  });

  test("a key in a request acts as its owner, within its scopes, and never grows", async () => {
    const { one } = team();
    const { ada, admin } = await adaAndMax();
    const scopes = ["--scope", "keys:read", "--scope", "keys:write"];
    const { token } = await ada.create("robot", ...scopes);
    const robot = await seatOf({ LATCHKEY_URL: one.url, LATCHKEY_TOKEN: token });
    expect(await robot.json(["whoami"])).toMatchObject({
      kind: "key",
      email: admin.user.email,
      scopes: ["keys:read", "keys:write"],
    });
    expect((await robot.keys()).items).toHaveLength(1);
    const code = async (...args: string[]) =>
      (await robot.run([...args, "--json"], "a password, long")).code;
    expect(await code("keys", "create", "--title", "all")).toBe(4);
    expect(await code("keys", "create", "--title", "less", "--scope", "keys:read")).toBe(0);
    expect(await code("keys", "verify")).toBe(4);
    expect(await code("audit", "list")).toBe(4);
    expect(await code("users", "list")).toBe(4);
    expect(await code("users", "add", "--email", "x@example.com")).toBe(4);
  });

  test("a token of the environment comes before the login and the operator, and must hold", async () => {
    const { operator, one } = team();
    const { ada, admin, max } = await adaAndMax();
    const { token, key } = await ada.create("robot");
    const withToken = (env: Record<string, string>) =>
      commandRunnerWith({ ...env, LATCHKEY_TOKEN: token });
    const stranger = await seatOf({ LATCHKEY_URL: one.url });
    const seats = [max, operator, stranger].map(({ env }) => withToken(env));
    const asKey = { kind: "key", email: admin.user.email, keyId: key.id };
    for (const commandRunner of seats)
      expect(await commandRunner.json(["whoami"])).toMatchObject(asKey);
    await ada.json(["keys", "revoke", key.id, "--yes"]);
    for (const commandRunner of seats) expect((await commandRunner.run(["whoami"])).code).toBe(4);
  });

  test("disabling a user keeps them, their sessions and their keys out at once", async () => {
    const { two } = team();
    const { ada, max, member } = await adaAndMax();
    const { email } = member.user;
    const { token } = await max.create("k");
    await ada.json(["users", "disable", email]);
    expect((await max.run(["keys", "list"])).code).toBe(4);
    expect(await ada.verdict(token)).toBe("OWNER_DISABLED");
    const login = () => max.run(["login", two.url, "--email", email], member.password);
    expect((await login()).code).toBe(4);
    await ada.json(["users", "enable", email]);
    expect((await max.run(["keys", "list"])).code).toBe(4);
    expect((await login()).code).toBe(0);
    expect(await ada.verdict(token)).toBe("VALID");
  });

  test("a new password ends the sessions that the old one began, at every server", async () => {
    const { operator, one } = team();
    const { admin, ada } = await adaAndMax();
    await operator.json(["users", "set-password", admin.user.email], "another long password");
    expect((await ada.run(["whoami"])).code).toBe(4);
    const login = (password: string) =>
      ada.run(["login", one.url, "--email", admin.user.email], password);
    expect((await login(admin.password)).code).toBe(4);
    expect((await login("another long password")).code).toBe(0);
  });
});

describe("signing in and out", () => {
  test("what is wrong is said, and leaves nothing behind", async () => {
    const { operator, two, join: joins } = team();
    const { user } = await joins("member");
    const stranger = await seatOf();
    const login = (url: string, email: string, password = "not the password") =>
      stranger.run(["login", url, "--email", email], password);
    const wrong = await login(two.url, user.email);
    const unknown = await login(two.url, "no@example.com");
    expect([wrong.code, wrong.stderr]).toEqual([4, unknown.stderr]);
    const plain = await login("http://keys.example.com", user.email);
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringMatching(/Use https/)]);
    const withPassword = await login("https://me:secret@keys.example.com", user.email);
    expect([withPassword.code, withPassword.stderr]).toEqual([
      2,
      expect.not.stringMatching(/secret/),
    ]);
    const gone = await startServer(operator.env);
    await gone.stop();
    const away = await login(gone.url, user.email);
    expect([away.code, away.stderr]).toEqual([3, expect.stringMatching(/can't be reached/)]);
    await expect(stat(credentialsOf(stranger))).rejects.toThrow("ENOENT");
  });

  test("a certificate that does not hold is told before anything is sent; one that holds will do", async () => {
    const { one, join: joins } = team();
    const { user, password } = await joins("member");
    const pem = (name: string) =>
      fileURLToPath(new URL(`../packages/server/test/tls/${name}.pem`, import.meta.url));
    // For localhost, from an authority that nobody trusts unless told.
    const [key, cert] = await Promise.all([readFile(pem("server-key")), readFile(pem("server"))]);
    const proxy = await startProxy(one.url, { key, cert });
    const trusting = await seatOf({ NODE_EXTRA_CA_CERTS: pem("authority") });
    const stranger = await seatOf();
    const login = (commandRunner: CommandRunner, host: string) =>
      commandRunner.run(
        ["login", `https://${host}:${proxy.port}`, "--email", user.email],
        password,
      );
    for (const refused of [
      await login(stranger, "localhost"),
      await login(trusting, "127.0.0.1"),
    ]) {
      expect([refused.code, refused.stderr]).toEqual([
        3,
        expect.stringMatching(/certificate does not hold, so nothing was sent/),
      ]);
    }
    const shown = stranger.terminal(undefined, { LATCHKEY_URL: `https://localhost:${proxy.port}` });
    await shown.shows(/certificate does not hold/);
    shown.type("q");
    await shown.ended();
    expect(proxy.seen).toEqual([]);

    expect(await login(trusting, "localhost")).toMatchObject({ code: 0 });
    expect(await trusting.json(["whoami"])).toMatchObject({ email: user.email });
  });

  test("the login answers without the session token, which lies in a file for its owner's eyes alone", async () => {
    const { two, join: joins } = team();
    const { user, password } = await joins("member");
    const commandRunner = await seatOf();
    const { stdout, stderr } = await commandRunner.run(
      ["login", two.url, "--email", user.email, "--json"],
      password,
    );
    const answer = JSON.parse(stdout) as { expiresAt: string };
    expect(answer).toEqual({
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      principal: expect.objectContaining({ kind: "session", userId: user.id, email: user.email }),
    });
    expect(stdout + stderr).not.toContain("lks_");
    const file = credentialsOf(commandRunner);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, ".."))).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
      url: two.url,
      email: user.email,
      expiresAt: answer.expiresAt,
      sessionToken: expect.stringMatching(/^lks_[0-9A-Za-z]{49}$/),
      device: expect.stringMatching(/^[0-9A-Za-z_-]{64}$/),
    });
  });

  test("keeps a way in from where one signed in before, though strangers used up the attempts", async () => {
    const { one, two, join: joins } = team();
    const { signedInAt, user, password } = await joins("member");
    const commandRunner = await signedInAt(one);
    const { auth } = createClient({ url: two.url });
    for (let attempt = 1; attempt <= 21; attempt += 1) {
      await auth.login.mutate({ email: user.email, password: "a guess" }).catch(() => {});
    }
    const login = (from: CommandRunner) =>
      from.run(["login", two.url, "--email", user.email], password);
    const elsewhere = await login(await seatOf());
    expect([elsewhere.code, elsewhere.stderr]).toEqual([3, expect.stringMatching(/Too many/)]);
    // The hint is for the server that gave it, by the address where it was signed in.
    const again = await commandRunner.run(["login", one.url, "--email", user.email], password);
    expect(again.code).toBe(0);
  });

  test("signing out ends the session at the server too", async () => {
    const { two, join: joins } = team();
    const { signedInAt } = await joins("member");
    const commandRunner = await signedInAt(two);
    const kept = await readFile(credentialsOf(commandRunner));
    expect(await commandRunner.json(["logout"])).toEqual({});
    await expect(stat(credentialsOf(commandRunner))).rejects.toThrow("ENOENT");
    expect((await commandRunner.run(["whoami", "--url", two.url])).code).toBe(4);
    await writeFile(credentialsOf(commandRunner), kept, { mode: 0o600 });
    expect((await commandRunner.run(["whoami"])).code).toBe(4);
    expect((await commandRunner.run(["logout"])).code).toBe(0);
  });
});

describe("the terminal over HTTP", () => {
  test("leads to sign-in and back to where one was, for an ended session and an expired one", async () => {
    const { one, postgres: database } = team();
    const { ada, max, member } = await adaAndMax();
    const { user, password } = member;
    await max.create("CI deploy");
    const commandRunner = await seatOf({ LATCHKEY_URL: one.url });
    const shown = commandRunner.terminal();
    await shown.shows(`Sign in to ${new URL(one.url).host}.`);
    signInOnScreen(shown, user.email, "not the password");
    await shown.shows(/Email and password don't match/);
    shown.type(`${password}\r`);
    await shown.shows("1 key · mine");
    expect(shown.written()).not.toContain(password);
    shown.type("\r");
    await shown.shows("› CI deploy");
    shown.type("e");
    await shown.shows("Edit secret API key");
    shown.type(" and more");

    // It ends elsewhere; nobody presses a key.
    await ada.json(["users", "disable", user.email]);
    await ada.json(["users", "enable", user.email]);
    await shown.shows("Your session has ended. Sign in again.");
    shown.type(`${password}\r`);
    await shown.hides("Your session has ended.");
    await shown.shows("CI deploy and more");
    shown.type("\r");
    await shown.shows("› CI deploy and more");

    // It grows old: a week without use.
    const sql = rawPostgres(database.url);
    await sql`update sessions set last_seen_at = last_seen_at - interval '8 days'
      where user_id = ${user.id}`;
    await sql.end();
    shown.type("r");
    await shown.shows("Your session has ended. Sign in again.");
    // Where it was asked for by itself a moment before, the r went into the field.
    shown.type(`\x7f${password}\r`);
    await shown.hides("Your session has ended.");
    await shown.shows("› CI deploy and more");
    shown.type("\x03");
    expect(await shown.ended()).toBe(0);
  });

  test("says that the server is away, and goes on by itself when it is back", async () => {
    const { operator, one, join: joins } = team();
    const { signedInAt } = await joins("member");
    const commandRunner = await signedInAt(one);
    await commandRunner.create("CI deploy");
    const alone = await startServer(operator.env);
    const shown = commandRunnerWith({
      ...commandRunner.env,
      LATCHKEY_URL: alone.url,
      LATCHKEY_TOKEN: (await commandRunner.create("terminal's")).token,
    }).terminal();
    await shown.shows("2 keys · mine");
    await alone.stop();
    await shown.shows("reconnecting");
    shown.type("r");
    await shown.shows("The server can't be reached. r to try again.");
    expect(shown.screen()).toContain("CI deploy");

    await commandRunner.create("made meanwhile");
    const again = await startServer(operator.env, { port: Number(new URL(alone.url).port) });
    await shown.shows("3 keys · mine");
    await shown.shows("· live");
    await shown.hides("can't be reached");
    shown.type("q");
    expect(await shown.ended()).toBe(0);
    await again.stop();
  });

  test("with a key that may not follow the log says so, and reads from time to time", async () => {
    const { one, join: joins } = team();
    const { signedInAt } = await joins("member");
    const max = await signedInAt(one);
    const { token } = await max.create("terminal's", "--scope", "keys:read");
    const shown = (await seatOf({ LATCHKEY_URL: one.url, LATCHKEY_TOKEN: token })).terminal();
    await shown.shows("1 key · mine");
    await shown.shows("· not live");
    const { key } = await max.create("made elsewhere");
    await shown.shows("2 keys · mine");
    await max.json(["keys", "revoke", key.id, "--yes"]);
    shown.type("r");
    await shown.shows(/made elsewhere.*○ revoked/);
    expect(shown.screen()).toContain("· not live");
    shown.type("q");
    expect(await shown.ended()).toBe(0);
  });
});

describe("the terminal beside the database", () => {
  test("shows what is done at any server, and what is done in it counts at every server", async () => {
    const { operator } = team();
    const { ada, max } = await adaAndMax();
    const shown = operator.terminal();
    await shown.shows("· live");
    shown.type("o");
    const { key, token } = await max.create("Beside the database");
    await shown.shows("Beside the database");
    expect(await ada.verdict(token)).toBe("VALID");
    await max.json(["keys", "rename", key.id, "--title", "Beside it still"]);
    await shown.shows("Beside it still");

    shown.type("/Beside it\r");
    await shown.shows("1 key");
    await revokeOnScreen(shown, max, { title: "Beside it still", token });
    expect(await ada.verdict(token)).toBe("REVOKED");
    shown.type("q");
    expect(await shown.ended()).toBe(0);
  });
});
