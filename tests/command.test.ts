import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiKey } from "@latchkey/server/client";
import { describe, expect, test } from "vitest";
import { LATCHKEY, latchkey } from "./support/command.ts";
import { heldInstallation, installation } from "./support/installation.ts";
import { liveByCommand } from "./support/life-by-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { openTerminal } from "./support/terminal.ts";

const ID_OF_NONE = "key_01jn000000e00000000000000a";

describe("the life of a key, line by line", () => {
  test("create, verify, rename, schedule, move, cancel, rotate, revoke, delete, and find it all in the log", async () => {
    const held = await heldInstallation();
    await liveByCommand(held, held, /\S+@localhost/);
    expect((await held.run(["audit", "verify"])).stdout).toBe("The log holds: 13 events.\n");
  });

  test("a rotated key hands its scopes over to its successor", async () => {
    const { run, create } = await heldInstallation();
    const scopes = ["--scope", "orders:read", "--scope", "orders:write"];
    const { key, token } = await create("Warehouse", ...scopes);
    const successor = (await run(["keys", "rotate", key.id, "--grace", "24h"])).stdout.trim();
    for (const presented of [token, successor]) {
      expect((await run(["keys", "verify", "--scope", "orders:read"], presented)).code).toBe(0);
      const lacking = await run(["keys", "verify", "--scope", "users:read"], presented);
      expect([lacking.code, lacking.stdout]).toEqual([1, "INSUFFICIENT_SCOPE\n"]);
    }
  });

  test("search, status, sort and pages", async () => {
    const { create, keys, run, json } = await heldInstallation();
    for (const title of ["beta", "Alpha", "100% Gamma"]) await create(title);
    const titles = async (...args: string[]) => (await keys(...args)).items.map((key) => key.title);
    expect(await titles()).toEqual(["100% Gamma", "Alpha", "beta"]);
    expect(await titles("--sort", "title", "--order", "asc")).toEqual([
      "100% Gamma",
      "Alpha",
      "beta",
    ]);
    expect(await titles("--search", "ALPH")).toEqual(["Alpha"]);
    expect(await titles("--search", "0% ")).toEqual([]);
    expect(await titles("--search", "00% g")).toEqual(["100% Gamma"]);
    const first = await keys("--limit", "2");
    expect(first.total).toBe(3);
    const rest = await keys("--limit", "2", "--cursor", first.nextCursor as string);
    expect(rest.items.map((key) => key.title)).toEqual(["beta"]);
    const [beta] = rest.items as [ApiKey];
    await json(["keys", "revoke", beta.id, "--yes"]);
    expect(await titles("--status", "revoked")).toEqual(["beta"]);
    expect(await titles("--status", "active", "--owner", "all")).toEqual(["100% Gamma", "Alpha"]);
    expect(await titles("--unused-for", "90d")).toHaveLength(3);
    const text = await run(["keys", "list"]);
    expect(text.stdout).toMatch(/^key_\w+\t100% Gamma\tsk_\S+\tactive\t\t/);
  });
});

describe("bad input gets a clear word, an exit code, and changes nothing", () => {
  test("titles, ids, tokens, options", async () => {
    const { run, create, events } = await heldInstallation();
    const { key } = await create("untouched");
    const before = (await events()).items.length;
    const cases: [args: string[], code: number, says: RegExp, stdin?: string | Buffer][] = [
      [["keys", "create"], 2, /--title/],
      [["keys", "create", "--title", ""], 1, /title: .*1 to 200 visible/],
      [["keys", "create", "--title", "   "], 1, /title: .*1 to 200 visible/],
      [["keys", "create", "--title", "x".repeat(201)], 1, /title: 201 characters are too many/],
      [["keys", "create", "--title", "a\u001b[31mb"], 1, /title: .*U\+001B/],
      [["keys", "create", "--title", "a\u202Eb"], 1, /title: .*U\+202E/],
      [
        ["keys", "create", "--title", "x", "--scope", "Orders"],
        1,
        /scopes: "Orders" is not a scope/,
      ],
      [["keys", "create", "--title", "x", "--expires-in", "soon"], 2, /--expires-in.*90d/],
      [["keys", "create", "--title", "x", "--expires-in", "0s"], 2, /expiresAt: must lie ahead/],
      [["keys", "create", "--title", "x", "--expires-in", "4000d"], 2, /expiresAt: .*10 years/],
      [["keys", "rename", key.id, "--title", ""], 1, /title/],
      [["keys", "rename", ID_OF_NONE, "--title", "x"], 1, /no such key/],
      [["keys", "show", "nonsense"], 1, /no such key/],
      [["keys", "show", `${key.id}'; drop table api_keys`], 1, /no such key/],
      [["keys", "revoke", key.id], 2, /--yes/],
      [["keys", "revoke", ID_OF_NONE, "--yes"], 1, /no such key/],
      [["keys", "revoke", key.id, "--in", "-1h", "--yes"], 2, /--in/],
      [["keys", "revoke", key.id, "--in", "1h", "--cancel"], 2, /--in or --cancel/],
      [["keys", "revoke", key.id, "--cancel"], 1, /No revocation/],
      [["keys", "delete", key.id], 2, /--yes/],
      [["keys", "delete", key.id, "--yes"], 1, /Revoke it first/],
      [["keys", "rotate", key.id, "--grace", "x"], 2, /--grace/],
      [["keys", "list", "--limit", "0"], 2, /limit: .*1 to 100/],
      [["keys", "list", "--limit", "101"], 2, /limit: .*1 to 100/],
      [["keys", "list", "--limit", "many"], 2, /--limit/],
      [["keys", "list", "--sort", "color"], 2, /--sort/],
      [["keys", "list", "--status", "gone"], 2, /--status/],
      [["keys", "list", "--cursor", "abc"], 2, /cursor: .*Start again/],
      [["keys", "list", "--owner", "nobody@example.com"], 1, /no such user/],
      [["audit", "verify", "--from-head", "7"], 2, /--from-head/],
      [["keys", "verify", "--scope", "orders:*"], 1, /can't be required/, "sk_x"],
      [["keys", "nonsense"], 2, /unknown command/],
      [["--nonsense"], 2, /unknown option/],
    ];
    for (const [args, code, says, stdin] of cases) {
      const plain = await run(args, stdin);
      expect([args, plain.code], plain.stderr).toEqual([args, code]);
      expect(plain.stderr).toMatch(says);
      expect(plain.stdout).toBe("");
      const json = await run([...args, "--json"], stdin);
      expect([args, json.code], json.stdout).toEqual([args, code]);
      const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string } };
      expect(error.message).toMatch(says);
    }
    expect((await events()).items).toHaveLength(before);
  });

  test("what is no token is NOT_FOUND, and never an error", async () => {
    const { run, create } = await heldInstallation();
    const { token } = await create("one");
    const last = token.endsWith("0") ? "1" : "0";
    const presented: (string | Buffer)[] = [
      "",
      "sk_",
      token.slice(0, -1),
      token.slice(0, -1) + last,
      `${token}\0`,
      `${token} `,
      "x".repeat(10_000),
      Buffer.from([0xff, 0xfe, 0x00]),
    ];
    for (const stdin of presented) {
      const { code, stdout } = await run(["keys", "verify", "--json"], stdin);
      expect([stdin.length, code, stdout]).toEqual([stdin.length, 1, '{"outcome":"NOT_FOUND"}\n']);
    }
    expect((await run(["keys", "verify"], "x".repeat(70_000))).code).toBe(2);
  });

  test("started without a terminal, it says what to use instead", async () => {
    const { run, dataDir } = await installation();
    const { code, stderr, stdout } = await run([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("latchkey --help");
    await expect(stat(dataDir)).rejects.toThrow("ENOENT");
  });

  test("a wrong setting is named, without its value", async () => {
    const home = await temporaryFolder();
    const env = { HOME: home, DATABASE_URL: "mysql://root:hunter2@db" };
    const { code, stderr } = await latchkey(["keys", "list"], { env });
    expect([code, stderr]).toEqual([
      2,
      "DATABASE_URL must start with postgres:// or postgresql://.\n",
    ]);
    const prefixed = await latchkey(["keys", "list"], {
      env: { HOME: home, LATCHKEY_TOKEN_PREFIX: "lks" },
    });
    expect([prefixed.code, prefixed.stderr]).toEqual([
      2,
      expect.stringMatching(/^LATCHKEY_TOKEN_PREFIX must/),
    ]);
  });
});

describe("the data folder", () => {
  test("lies in the XDG data home, open to its owner alone", async () => {
    const home = await temporaryFolder();
    const env = { HOME: home, XDG_DATA_HOME: join(home, "xdg") };
    expect((await latchkey(["keys", "list", "--json"], { env })).code).toBe(0);
    const folder = join(home, "xdg", "latchkey");
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "pepper"))).mode & 0o777).toBe(0o600);
  });

  test("five commands started together on a new folder all succeed", async () => {
    const { run, events, keys } = await installation();
    const ran = await Promise.all(
      ["a", "b", "c", "d", "e"].map((title) => run(["keys", "create", "--title", title])),
    );
    expect(ran.map(({ code, stderr }) => [code, stderr.split(" ")[0]])).toEqual(
      ran.map(() => [0, "Created"]),
    );
    expect((await keys()).items.map(({ title }) => title).sort()).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
    expect((await events()).items).toHaveLength(6);
  });

  test("a wrong and a missing pepper are refused, and the right one works again", async () => {
    const { run, create, dataDir } = await installation();
    const { token } = await create("one");
    const file = join(dataDir, "pepper");
    const pepper = await readFile(file, "utf8");
    await writeFile(file, `${"0".repeat(64)}\n`);
    const wrong = await run(["keys", "verify"], token);
    expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
    expect(wrong.stderr).toMatch(/not the pepper of this database/);
    await writeFile(file, "nonsense");
    expect((await run(["keys", "list", "--json"])).stdout).toMatch(/"UNAVAILABLE".*64 hex digits/);
    await rm(file);
    const missing = await run(["keys", "list"]);
    expect([missing.code, missing.stderr]).toEqual([
      3,
      expect.stringMatching(/pepper .* is missing/),
    ]);
    await writeFile(file, pepper, { mode: 0o600 });
    expect((await run(["keys", "verify"], token)).stdout).toBe("VALID\n");
  });

  test("a folder of other files is left alone", async () => {
    const home = await temporaryFolder();
    const folder = join(home, "documents");
    await mkdir(folder);
    await writeFile(join(folder, "letter.txt"), "dear");
    const { code, stderr } = await latchkey(["keys", "list", "--data-dir", folder], {
      env: { HOME: home },
    });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/holds other files/)]);
  });
});

describe("on a terminal", () => {
  test("revoke and delete name the key and ask, and do nothing unless told yes", async () => {
    const held = await heldInstallation();
    const { key } = await held.create("CI deploy");
    const open = (...args: string[]) =>
      openTerminal(process.execPath, [LATCHKEY, ...args], { env: held.env });

    const no = open("keys", "revoke", key.id);
    await no.shows(/CI deploy \(sk_.*\) stops working at once, everywhere\./);
    no.type("\r");
    expect(await no.ended()).toBe(1);
    expect((await held.json<ApiKey>(["keys", "show", key.id])).status).toBe("active");

    const yes = open("keys", "revoke", key.id);
    await yes.shows("Revoke API key?");
    yes.type("y\r");
    expect(await yes.ended()).toBe(0);
    expect((await held.json<ApiKey>(["keys", "show", key.id])).status).toBe("revoked");

    const gone = open("keys", "delete", key.id);
    await gone.shows(/CI deploy .*history stays in the log.*Delete API key\?/s);
    gone.type("y\r");
    expect(await gone.ended()).toBe(0);
    expect((await held.keys()).items).toEqual([]);
  });

  test("a token that is typed for verify is not shown", async () => {
    const held = await heldInstallation();
    const { token } = await held.create("CI deploy");
    const terminal = openTerminal(process.execPath, [LATCHKEY, "keys", "verify"], {
      env: held.env,
    });
    await terminal.shows("Paste the token");
    terminal.type(`${token}\r`);
    expect(await terminal.ended()).toBe(0);
    expect(terminal.screen()).toContain("VALID");
    expect(terminal.written()).not.toContain(token.slice(3, 20));
  });
});
