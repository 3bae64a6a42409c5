import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import { until } from "@latchkey/testing/until";
import { filesBelow, misplaced, shownIn } from "./support/canary.ts";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { environment } from "@latchkey/testing/command/environment";
import { signInOnScreen } from "./support/life-on-screen.ts";
import { startProxy } from "./support/proxy.ts";
import { type CommandRunner, commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";
import { seatOf, withTeam } from "./support/team.ts";

// Tokens and passwords go every way that there is over HTTP, by right and by mistake. Afterwards each
// stands where it was asked for, and nowhere else.

const team = withTeam();

/** Every row of every table, as text, bytes in hex. */
async function dump(url: string): Promise<string> {
  const sql = rawPostgres(url);
  const tables = await sql<{ name: string }[]>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await sql.unsafe<{ row: string }[]>(
      `select to_jsonb(t)::text as row from ${name} t`,
    );
    rows.push(...found.map(({ row }) => row));
  }
  await sql.end();
  return rows.join("\n");
}

/** The arguments of every process of this machine, as anybody on it may read them. */
async function argumentsOfAll(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return (await Promise.all(lines)).join("\n");
}

test("no token and no password is anywhere over HTTP but where it was asked for", async () => {
  const { operator, postgres, join: joins } = team();
  const server = await startServer({ ...operator.env, LATCHKEY_LOG_LEVEL: "debug" });
  const origin = await startProxy(server.url);
  const url = `http://127.0.0.1:${origin.port}`;
  const admin = await joins("admin");
  const member = await joins("member");
  const secrets: Record<string, string> = {
    "the admin's password": admin.password,
    "the member's password": member.password,
    "a new password": "a brand new password, long",
    "a wrong password": "surely not the password",
  };
  const written: string[] = [];
  const shows = (what: string, text: string, except: string[] = []) => {
    const found = shownIn(text, secrets).filter((name) => !except.includes(name));
    expect([what, found], text).toEqual([what, []]);
  };
  /** Whatever a command prints is looked at, now and at the end. */
  const runs = async (
    commandRunner: CommandRunner,
    args: string[],
    stdin: string,
    forms = [[], ["--json"]],
  ) => {
    for (const more of forms) {
      const form = [...args, ...more];
      const { stdout, stderr } = await commandRunner.run(form, stdin);
      written.push(stdout, stderr);
      shows(form.join(" "), stdout + stderr);
    }
  };

  // Signing in: well, badly, and with the password where it does not belong.
  const ada = await seatOf();
  const password = admin.password;
  const login = ["login", url, "--email", admin.user.email];
  await runs(ada, login, secrets["a wrong password"] as string);
  await runs(ada, ["login", url, "--email", password], password);
  await runs(ada, ["login", `http://x:${encodeURIComponent(password)}@127.0.0.1`], password);
  await runs(
    ada,
    ["login", `http://127.0.0.1:1/${encodeURIComponent(password)}`, "--email", "x"],
    password,
  );
  const signingIn = spawn(process.execPath, [LATCHKEY, ...login], { env: environment(ada.env) });
  await until(async () => (await argumentsOfAll()).includes(login.join("\0")));
  signingIn.stdin.write(password);
  shows("the arguments of a login under way", await argumentsOfAll());
  signingIn.stdin.end();
  await new Promise((ended) => signingIn.once("close", ended));
  const credentials = JSON.parse(
    await readFile(join(ada.env["HOME"] as string, ".config/latchkey/credentials.json"), "utf8"),
  ) as { sessionToken: string };
  secrets["a session's token"] = credentials.sessionToken;
  await runs(ada, ["whoami"], "");

  // Passwords of others.
  await runs(
    ada,
    ["users", "set-password", member.user.email],
    secrets["a new password"] as string,
  );
  await runs(
    ada,
    ["users", "add", "--email", admin.user.email],
    secrets["a new password"] as string,
  );
  await runs(ada, ["users", "add", "--email", password], secrets["a new password"] as string);
  await runs(ada, ["users", "set-role", password, "--role", "admin"], "");
  await runs(
    operator,
    ["users", "set-password", member.user.email],
    secrets["a new password"] as string,
  );

  // Keys: made, rotated, checked, and put where a token does not belong.
  const title = "a title that can be found";
  const { key, token } = await ada.create(title);
  secrets["a key's token"] = token;
  const rotated = await ada.run(["keys", "rotate", key.id, "--grace", "1h"]);
  secrets["its successor's token"] = rotated.stdout.trim();
  shows("what rotate says beside the token", rotated.stderr);
  for (const args of misplaced(key.id, token)) await runs(ada, args, `${token}\n`, [["--json"]]);
  const asKey = commandRunnerWith({
    ...(await seatOf()).env,
    LATCHKEY_URL: url,
    LATCHKEY_TOKEN: token,
  });
  for (const args of [["whoami"], ["keys", "list"], ["users", "list"]]) await runs(asKey, args, "");

  // Requests as no client of ours sends them.
  const send = (path: string, headers: Record<string, string>, body: string) =>
    new Promise<void>((answered, failed) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path, method: "POST", headers }, (response) => {
        let text = JSON.stringify(response.headers);
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.once("end", () => {
          // What somebody calls their own request is given back to them.
          written.push(headers["x-request-id"] === undefined ? text : "");
          answered();
        });
      })
        .once("error", failed)
        .end(body);
    });
  const json = { "content-type": "application/json" };
  const basic = Buffer.from(`${token}:`).toString("base64");
  await send("/trpc/auth.whoami", { ...json, authorization: `Basic ${basic}` }, "{}");
  await send("/trpc/auth.whoami", { ...json, authorization: `Basic ${token}` }, "{}");
  await send("/trpc/auth.whoami", { ...json, authorization: `Nonsense ${token}` }, "{}");
  await send("/trpc/keys.list", { ...json, authorization: `Bearer ${token}x` }, "{}");
  await send(`/trpc/keys.list?token=${token}`, { ...json, authorization: `Bearer ${token}` }, "{}");
  await send(`/trpc/${token}`, { ...json, authorization: `Bearer ${token}` }, "{}");
  await send(`/${token}`, json, token);
  await send(
    "/trpc/keys.verify",
    { ...json, authorization: `Bearer ${token}` },
    `{"token":"${token}"`,
  );
  await send("/trpc/auth.login", json, JSON.stringify({ email: password, [password]: password }));
  await send("/trpc/auth.login", { "content-type": "text/plain" }, password);
  await send("/trpc/auth.whoami", { ...json, host: `${token}.example.com` }, "{}");
  await send("/trpc/auth.whoami", { ...json, origin: `https://${token}.example.com` }, "{}");
  await send("/trpc/auth.whoami", { ...json, "x-request-id": token }, "{}");
  await send("/verify", { authorization: `Bearer ${token}`, "x-api-key": token }, "");
  await send(`/verify?scope=${token}`, { "x-api-key": token }, "");

  // The terminal, signed in by hand.
  const shown = (await seatOf({ LATCHKEY_URL: url })).terminal();
  await shown.shows("Sign in to");
  signInOnScreen(shown, admin.user.email, secrets["a wrong password"] as string);
  await shown.shows("don't match");
  shown.type(`${password}\r`);
  await shown.shows("keys · mine");
  shown.type(`/${token}`);
  await shown.shows("1 key · mine");
  shows("the arguments of a terminal", await argumentsOfAll());
  shown.type("\x03");
  await shown.ended();
  // What is typed into the search stands there: it is the one place that was asked to show it.
  shows("the terminal", shown.written(), ["a key's token"]);

  expect(await server.stop()).toBe(0);
  shows("what the server wrote", server.written());
  expect(server.written()).toContain('"path":"/trpc/keys.rotate"');
  shows("every answer", written.join("\n"));
  for (const { url: asked, headers } of origin.seen) {
    const { authorization, ...rest } = headers;
    shows("a request's line and headers", `${asked} ${JSON.stringify(rest)}`);
    expect(authorization ?? "Bearer ").toMatch(/^Bearer /);
  }
  expect(origin.seen.length).toBeGreaterThan(50);

  const stored = await dump(postgres.url);
  shows("the database", stored);
  expect(stored).toContain("still findable");
  expect(stored).toContain("$argon2id$");
  const homes = [operator, ada, asKey].map(({ env }) => env["HOME"] as string);
  const secretsFolder = join(operator.env["LATCHKEY_PEPPER_FILE"] as string, "..");
  const files = (await Promise.all([...homes, secretsFolder].map(filesBelow))).flat();
  for (const { path, text } of files) {
    const kept = path.endsWith("credentials.json") ? ["a session's token"] : [];
    shows(path, text, kept);
  }
  const pepper = (await readFile(operator.env["LATCHKEY_PEPPER_FILE"] as string, "utf8")).trim();
  expect(`${server.written()}${written.join("")}${stored}`).not.toContain(pepper);

  // The secrets were the real ones, and still are.
  expect(await asKey.run(["whoami"])).toMatchObject({ code: 3 });
  expect(await operator.verdict(token)).toBe("VALID");
  expect(await operator.verdict(secrets["its successor's token"])).toBe("VALID");
});
