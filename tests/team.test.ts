import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiKey, EventPage, KeyPage, User } from "@latchkey/server/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "../packages/server/test/restartable-postgres.ts";
import { LATCHKEY, latchkey, type Ran } from "./support/command.ts";
import { startServer } from "./support/server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { openTerminal, type Terminal } from "./support/terminal.ts";

// A team over HTTP on a real PostgreSQL, with two servers before it throughout.

const PASSWORDS = { ada: "correct horse battery", max: "staple staple staple" };

let postgres: RestartablePostgres;
let secrets: string;
beforeAll(async () => {
  secrets = await mkdtemp(join(tmpdir(), "latchkey-team-"));
  postgres = await startRestartablePostgres();
});
afterAll(async () => {
  await postgres.remove();
  await rm(secrets, { recursive: true, force: true });
});

/** Somebody at a machine of their own. */
type Person = {
  readonly env: Record<string, string>;
  readonly run: (args: readonly string[], stdin?: string) => Promise<Ran>;
  readonly json: <Answer>(args: readonly string[], stdin?: string) => Promise<Answer>;
  readonly terminal: () => Terminal;
};

async function somebody(more: Record<string, string> = {}): Promise<Person> {
  const home = await temporaryFolder();
  await mkdir(join(home, "data"), { mode: 0o700 });
  const env = { HOME: home, XDG_DATA_HOME: join(home, "data"), ...more };
  const run: Person["run"] = (args, stdin) =>
    latchkey(args, stdin === undefined ? { env } : { env, stdin });
  return {
    env,
    run,
    json: async (args, stdin) => {
      const { code, stdout, stderr } = await run([...args, "--json"], stdin);
      if (code !== 0) throw new Error(`latchkey ${args.join(" ")}: ${code} ${stdout} ${stderr}`);
      return JSON.parse(stdout);
    },
    terminal: () => openTerminal(process.execPath, [LATCHKEY], { env }),
  };
}

/** Two servers, an admin at one and a member at the other. */
async function team() {
  const operator = await somebody({
    DATABASE_URL: postgres.url,
    LATCHKEY_PEPPER_FILE: join(secrets, "pepper"),
  });
  const email = (name: string) => `${name}-${Math.random().toString(36).slice(2)}@example.com`;
  const [adaEmail, maxEmail] = [email("ada"), email("max")];
  const add = (who: string, role: string, password: string) =>
    operator.json<User>(["users", "add", "--email", who, "--role", role], password);
  await add(adaEmail, "admin", PASSWORDS.ada);
  const maxUser = await add(maxEmail, "member", PASSWORDS.max);
  const [one, two] = await Promise.all([startServer(operator.env), startServer(operator.env)]);
  const [ada, max] = await Promise.all([somebody(), somebody()]);
  await ada.json(["login", one.url, "--email", adaEmail], PASSWORDS.ada);
  await max.json(["login", two.url, "--email", maxEmail], PASSWORDS.max);
  return { operator, one, two, ada, max, adaEmail, maxEmail, maxUser };
}

describe("a team on PostgreSQL, over HTTP", () => {
  test("a member sees and changes what is theirs; an admin everything, and the log says who", async () => {
    const { ada, max, adaEmail, maxEmail, maxUser, operator } = await team();
    expect(await ada.json(["whoami"])).toMatchObject({
      kind: "session",
      email: adaEmail,
      role: "admin",
    });

    const adas = (await ada.run(["keys", "create", "--title", "Ada's"])).stdout.trim();
    const maxes = (await max.run(["keys", "create", "--title", "Max's"])).stdout.trim();
    const titles = async (who: Person, ...args: string[]) =>
      (await who.json<KeyPage>(["keys", "list", ...args])).items.map(({ title }) => title);
    expect(await titles(max)).toEqual(["Max's"]);
    expect(await titles(max, "--owner", "all")).toEqual(["Max's"]);
    expect(await titles(ada)).toEqual(["Ada's"]);
    expect(await titles(ada, "--owner", maxEmail)).toEqual(["Max's"]);
    expect(await titles(ada, "--owner", "all")).toEqual(expect.arrayContaining(["Ada's", "Max's"]));

    // Another's key and an absent one are the same to a member, to the byte.
    const [adasKey] = (await ada.json<KeyPage>(["keys", "list"])).items as [ApiKey];
    const absent = "key_01jn000000e00000000000000a";
    for (const args of [
      ["show"],
      ["rename", "--title", "x"],
      ["revoke", "--yes"],
      ["rotate"],
      ["delete", "--yes"],
    ]) {
      const [verb = "", ...rest] = args;
      const on = (id: string) => max.run(["keys", verb, id, ...rest, "--json"]);
      expect(await on(adasKey.id)).toEqual(await on(absent));
      expect((await on(absent)).code).toBe(1);
    }
    expect((await max.run(["users", "list"])).code).toBe(4);
    expect((await max.run(["audit", "head"])).code).toBe(4);
    expect((await max.run(["keys", "verify"], adas)).code).toBe(0);

    // The admin ends the member's key; every server knows at once, and the log names the admin.
    const [maxesKey] = (await max.json<KeyPage>(["keys", "list"])).items as [ApiKey];
    const revoked = await ada.json<ApiKey>(["keys", "revoke", maxesKey.id, "--yes"]);
    expect(revoked.revokedBy).not.toBe(maxUser.id);
    expect((await max.run(["keys", "verify"], maxes)).stdout).toBe("REVOKED\n");
    const log = await ada.json<EventPage>(["audit", "list", "--key", maxesKey.id]);
    expect(log.items.map(({ type, actor }) => [type, actor.userId, actor.via])).toEqual([
      ["key.revoked", adasKey.ownerId, "http"],
      ["key.created", maxUser.id, "http"],
    ]);
    expect((await operator.run(["audit", "verify"])).code).toBe(0);

    expect((await max.run(["logout"])).code).toBe(0);
    expect(
      (await max.run(["whoami", "--data-dir", join(max.env["HOME"] as string, "own")])).code,
    ).toBe(0);
  });

  test("a key in a request acts as its owner, within its scopes, and never grows", async () => {
    const { ada, adaEmail, one } = await team();
    const token = (
      await ada.run([
        "keys",
        "create",
        "--title",
        "robot",
        "--scope",
        "keys:read",
        "--scope",
        "keys:write",
      ])
    ).stdout.trim();
    const robot = await somebody({ LATCHKEY_URL: one.url, LATCHKEY_TOKEN: token });
    expect(await robot.json(["whoami"])).toMatchObject({
      kind: "key",
      email: adaEmail,
      scopes: ["keys:read", "keys:write"],
    });
    expect((await robot.json<KeyPage>(["keys", "list"])).items).toHaveLength(1);
    const code = async (...args: string[]) =>
      (await robot.run([...args, "--json"], "a password, long")).code;
    expect(await code("keys", "create", "--title", "all")).toBe(4);
    expect(await code("keys", "create", "--title", "less", "--scope", "keys:read")).toBe(0);
    expect(await code("keys", "verify")).toBe(4);
    expect(await code("audit", "list")).toBe(4);
    expect(await code("users", "list")).toBe(4);
    expect(await code("users", "add", "--email", "x@example.com")).toBe(4);
  });

  test("disabling a user keeps them, their sessions and their keys out at once", async () => {
    const { ada, max, maxEmail, adaEmail, operator, two } = await team();
    const token = (await max.run(["keys", "create", "--title", "k"])).stdout.trim();
    await ada.json(["users", "disable", maxEmail]);
    expect((await max.run(["keys", "list"])).code).toBe(4);
    expect((await ada.run(["keys", "verify"], token)).stdout).toBe("OWNER_DISABLED\n");
    expect((await max.run(["login", two.url, "--email", maxEmail], PASSWORDS.max)).code).toBe(4);
    await ada.json(["users", "enable", maxEmail]);
    expect((await max.run(["keys", "list"])).code).toBe(4);
    expect((await max.run(["login", two.url, "--email", maxEmail], PASSWORDS.max)).code).toBe(0);
    expect((await ada.run(["keys", "verify"], token)).stdout).toBe("VALID\n");

    // A new password ends the sessions that the old one began.
    await operator.json(["users", "set-password", adaEmail], "another long password");
    expect((await ada.run(["whoami"])).code).toBe(4);
  });

  test("what is wrong at signing in is said, and leaves nothing behind", async () => {
    const { maxEmail, operator, two } = await team();
    const stranger = await somebody();
    const wrong = await stranger.run(["login", two.url, "--email", maxEmail], "not the password");
    const unknown = await stranger.run(
      ["login", two.url, "--email", "no@example.com"],
      "not the password",
    );
    expect([wrong.code, wrong.stderr]).toEqual([4, unknown.stderr]);
    const plain = await stranger.run(
      ["login", "http://keys.example.com", "--email", maxEmail],
      "x",
    );
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringMatching(/https/)]);
    const nobody = await startServer(operator.env);
    await nobody.stop();
    const away = await stranger.run(["login", nobody.url, "--email", maxEmail], "x");
    expect([away.code, away.stderr]).toEqual([3, expect.stringMatching(/can't be reached/)]);
    const config = join(stranger.env["HOME"] as string, ".config");
    await expect(stat(config)).rejects.toThrow("ENOENT");
  });

  test("the credentials are for their owner's eyes alone", async () => {
    const { max } = await team();
    const file = join(max.env["HOME"] as string, ".config", "latchkey", "credentials.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      sessionToken: expect.stringMatching(/^lks_/),
    });
  });

  test("a server answers to its own names, to JSON alone, and stops in good order", async () => {
    const { one, operator } = await team();
    const status = (path: string, headers: Record<string, string>, method = "POST") =>
      new Promise<number | undefined>((answered, failed) => {
        const { hostname, port } = new URL(one.url);
        request({ hostname, port, path, method, headers }, (response) => {
          response.resume();
          answered(response.statusCode);
        })
          .once("error", failed)
          .end(method === "POST" ? "{}" : undefined);
      });
    const json = { "content-type": "application/json" };
    expect(await status("/healthz", {}, "GET")).toBe(200);
    expect(await status("/readyz", {}, "GET")).toBe(200);
    expect(await status("/trpc/auth.whoami", json)).toBe(401);
    expect(await status("/trpc/auth.whoami", { ...json, host: "evil.example.com" })).toBe(421);
    expect(await status("/trpc/auth.whoami", { ...json, origin: "https://evil.example.com" })).toBe(
      403,
    );
    expect(await status("/trpc/auth.logout", { "content-type": "text/plain" })).toBe(415);
    expect(await status("/trpc/auth.whoami", json, "GET")).toBe(405);
    const port = Number(new URL(one.url).port);
    const second = await latchkey(["serve"], {
      env: { ...operator.env, LATCHKEY_PORT: String(port) },
    });
    expect([second.code, second.stderr]).toEqual([
      3,
      expect.stringMatching(/in use.*LATCHKEY_PORT/),
    ]);
    expect(await one.stop()).toBe(0);
    expect(one.log()).toContain('"status":421');
  });
});

describe("the terminal over HTTP", () => {
  test("signs in, works, comes back to the same place after a session ended and a server was away", async () => {
    const { operator, one, maxEmail, max, ada } = await team();
    await max.run(["keys", "create", "--title", "CI deploy"]);
    const person = await somebody({ LATCHKEY_URL: one.url });
    const shown = person.terminal();
    await shown.shows("Password");
    expect(shown.screen()).toContain(new URL(one.url).host);
    shown.type(`${maxEmail}\r`);
    shown.type("not the password\r");
    await shown.shows(/Email and password don't match/);
    shown.type(`${PASSWORDS.max}\r`);
    await shown.shows("1 key · mine");
    expect(shown.written()).not.toContain(PASSWORDS.max);

    // Members have no "all"; the key opens.
    shown.type("\r");
    await shown.shows("› CI deploy");

    // The session ends elsewhere; signing in again leads back to the same page.
    await ada.json(["users", "disable", maxEmail]);
    await ada.json(["users", "enable", maxEmail]);
    await shown.shows(/Your session has ended/);
    shown.type(`${PASSWORDS.max}\r`);
    await shown.hides(/Your session has ended/);
    await shown.shows("› CI deploy");

    // The server goes, and comes back on the same port.
    const port = Number(new URL(one.url).port);
    await one.stop();
    await shown.shows("reconnecting");
    const again = await startServer(operator.env, port);
    await shown.hides("reconnecting");
    shown.type("x");
    await shown.shows("Revoke CI deploy?");
    shown.type("\t\r");
    await shown.shows("○ revoked");
    shown.type("\x03");
    expect(await shown.ended()).toBe(0);
    await again.stop();
  });

  test("shows an admin everybody's keys with their owners", async () => {
    const { ada, max, maxEmail } = await team();
    await max.run(["keys", "create", "--title", "Max's own"]);
    const shown = ada.terminal();
    await shown.shows("No secret API keys yet.");
    shown.type("o");
    await shown.shows("OWNER");
    await shown.shows(/Max's own .*max-/);
    expect(shown.screen()).toContain(maxEmail.slice(0, 8));
    shown.type("q");
    expect(await shown.ended()).toBe(0);
  });
});
