import { stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { latchkey } from "@latchkey/testing/command/command";
import { installation, withHeldInstallation } from "./support/installation.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

const held = withHeldInstallation();

const ID_OF_NONE = "key_01jn000000e00000000000000a";

describe("bad input gets a clear word, an exit code, and changes nothing", () => {
  test("titles, ids, tokens, options", async () => {
    const { run, create, json: answer } = held();
    const { key } = await create("untouched");
    const before = await answer(["audit", "head"]);
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
    expect(await answer(["audit", "head"])).toEqual(before);
  });

  test("what is no token is NOT_FOUND, and never an error", async () => {
    const { run, create } = held();
    const { token } = await create("one");
    const last = token.endsWith("0") ? "1" : "0";
    const presented: (string | Buffer)[] = [
      "",
      "sk_",
      token.slice(0, -1),
      token.slice(0, -1) + last,
      `${token}\0`,
      `${token.slice(0, 20)} ${token.slice(20)}`,
      "x".repeat(10_000),
      Buffer.from([0xff, 0xfe, 0x00]),
    ];
    for (const stdin of presented) {
      const { code, stdout } = await run(["keys", "verify", "--json"], stdin);
      expect([stdin.length, code, stdout]).toEqual([stdin.length, 1, '{"outcome":"NOT_FOUND"}\n']);
    }
    expect((await run(["keys", "verify"], "x".repeat(70_000))).code).toBe(2);
  });

  test("what surrounds a token by the way of files and pipes is none of it", async () => {
    const { run, create } = held();
    const { token, key } = await create("piped");
    const around: (string | Buffer)[] = [
      `${token} `,
      `\t${token}\r\n\r\n`,
      `\n\n${token}\n\n`,
      `\uFEFF${token}\n`,
      Buffer.from(`\uFEFF${token}\r\n`, "utf16le"),
    ];
    for (const stdin of around) {
      const { code, stdout } = await run(["keys", "verify", "--json"], stdin);
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { outcome: "VALID", keyId: key.id }]);
    }
    for (const stdin of [`${token}\n${token}\n`, `${token}\r${token}`, `a\n\n${token}`]) {
      const { code, stderr } = await run(["keys", "verify"], stdin);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/one token/)]);
      expect(stderr).not.toContain(token);
    }
  });

  test("a password is taken to the letter, and refused where its letters are in doubt", async () => {
    const { run, json } = held();
    const password = " correct horse  battery ";
    const before = await json(["audit", "head"]);
    const doubtful: (string | Buffer)[] = [
      `\uFEFF${password}`,
      Buffer.from(`\uFEFF${password}`, "utf16le"),
      Buffer.from(password, "utf16le"),
      Buffer.from([...Buffer.from(password), 0xe9]),
      `${password}\n${password}\n`,
      `${password}\n\n`,
    ];
    const add = ["users", "add", "--email", "exact@example.com"];
    for (const stdin of doubtful) {
      const { code, stderr } = await run(add, stdin);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/UTF-8|one line/)]);
    }
    expect(await json(["audit", "head"])).toEqual(before);
    await json(add, `${password}\r\n`);
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
