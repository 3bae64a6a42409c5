import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { ApiKey, EventItem, KeyPage } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { LATCHKEY } from "@latchkey/testing/command/command";
import {
  heldInstallation,
  type Installation,
  installation,
  withHeldInstallation,
} from "./support/installation.ts";
import { openTerminal, type Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// Every flow without the full-screen terminal: by a person who is asked, and by a program.

const CTRL_C = "\u0003";

const shared = withHeldInstallation();

function onTerminal(
  { env }: Installation,
  args: readonly string[],
  size: { columns?: number; env?: Record<string, string> } = {},
): Terminal {
  return openTerminal(process.execPath, [LATCHKEY, ...args], {
    ...size,
    env: { ...env, ...size.env },
  });
}

describe("on a terminal, what is missing is asked for", () => {
  test("a title, which key, whether really: the life of a key by answers alone", async () => {
    const held = await heldInstallation();
    const ask = (...args: string[]) => onTerminal(held, args);

    const creating = ask("keys", "create");
    await creating.shows("Title (what will use it?):");
    creating.type("\r");
    creating.type("CI deploy\r");
    expect(await creating.ended()).toBe(0);
    expect(creating.screen()).toMatch(/^sk_[0-9A-Za-z]{49}$/m);

    const renaming = ask("keys", "rename");
    await renaming.shows("Which key? Its number, or an id:");
    expect(renaming.screen()).toMatch(/ 1 +CI deploy +sk_\w{4}…\w{4} +● active/);
    renaming.type("7\r");
    await renaming.shows("There is no number 7.");
    renaming.type("1\r");
    await renaming.shows("Title: CI deploy");
    renaming.type(" 2\r");
    expect(await renaming.ended()).toBe(0);

    const revoking = ask("keys", "revoke");
    await revoking.shows("Which key?");
    revoking.type("1\r");
    await revoking.shows(/CI deploy 2 \(sk_.*\) stops working at once, everywhere\./);
    revoking.type("y\r");
    expect(await revoking.ended()).toBe(0);

    const deleting = ask("keys", "delete");
    await deleting.shows("Which key?");
    deleting.type("1\r");
    await deleting.shows("Delete API key? [y/N]");
    deleting.type("yes\r");
    expect(await deleting.ended()).toBe(0);
    expect((await held.keys()).items).toEqual([]);

    const none = ask("keys", "show");
    expect(await none.ended()).toBe(1);
    expect(none.screen()).toContain("You have no keys.");
  });

  test("who, as what, and a password twice", async () => {
    const held = shared();
    const adding = onTerminal(held, ["users", "add"]);
    await adding.shows("Email:");
    adding.type("ada@example.com\r");
    await adding.shows("New password:");
    adding.type("correct horse battery\r");
    await adding.shows("Once more:");
    adding.type("correct horse battery\r");
    expect(await adding.ended()).toBe(0);
    expect(adding.screen()).toContain("ada@example.com is member now.");
    expect(adding.written()).not.toContain("horse");

    const promoting = onTerminal(held, ["users", "set-role"]);
    await promoting.shows("Email:");
    promoting.type("ada@example.com\r");
    await promoting.shows("Role (admin, member, service):");
    promoting.type("admin\r");
    expect(await promoting.ended()).toBe(0);
    expect(promoting.screen()).toContain("ada@example.com is admin now.");
  });

  test("Ctrl-C and Ctrl-D at a question change nothing", async () => {
    const held = shared();
    const { key } = await held.create("stays");
    const before = await held.json(["audit", "head"]);
    const stopped = onTerminal(held, ["keys", "revoke", key.id]);
    await stopped.shows("[y/N]");
    stopped.type(CTRL_C);
    expect(await stopped.ended()).toBe(130);
    expect(stopped.screen()).toContain("Nothing was changed.");
    const left = onTerminal(held, ["keys", "create"]);
    await left.shows("Title");
    left.type("\u0004");
    expect(await left.ended()).toBe(1);
    const secret = onTerminal(held, ["keys", "verify"]);
    await secret.shows("Paste the token");
    secret.type(CTRL_C);
    expect(await secret.ended()).toBe(130);
    expect(await held.json(["audit", "head"])).toEqual(before);
  });

  test.each([
    ["no", "n\r"],
    ["nothing", "\r"],
    ["the end of the input", "\u0004"],
  ])("%s instead of yes changes nothing, and is an error with --json", async (_, answer) => {
    const held = shared();
    const { key } = await held.create("stays");
    const before = await held.json(["audit", "head"]);
    for (const args of [
      ["revoke", key.id],
      ["revoke", key.id, "--json"],
    ]) {
      const asked = onTerminal(held, ["keys", ...args], { columns: 120 });
      await asked.shows("Revoke API key? [y/N]");
      asked.type(answer);
      expect(await asked.ended()).toBe(1);
      expect(asked.screen()).toContain(
        args.includes("--json")
          ? '{"error":{"code":"DECLINED","message":"Nothing was changed."}}'
          : "Nothing was changed.",
      );
      expect(asked.screen()).not.toContain(key.createdAt);
    }
    expect(await held.json(["audit", "head"])).toEqual(before);
  });
});

describe("nobody is asked", () => {
  test("where a program runs it: what is missing is named", async () => {
    const held = await installation();
    const cases: [args: string[], says: RegExp][] = [
      [["keys", "create"], /^--title is missing\.$/],
      [["keys", "show"], /^The key's id is missing\.$/],
      [["users", "add"], /^--email is missing\.$/],
      [["users", "disable"], /^The email is missing\.$/],
      [["login"], /^The server's address is missing\.$/],
    ];
    for (const [args, says] of cases) {
      const { code, stdout, stderr } = await held.run(args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr.trim()).toMatch(says);
    }
    const asJson = onTerminal(held, ["keys", "create", "--json"]);
    expect(await asJson.ended()).toBe(2);
    expect(asJson.screen()).toContain('"code":"INPUT_INVALID"');
    expect(existsSync(held.dataDir)).toBe(false);
  });

  test("what was mistyped gets the likely word", async () => {
    const held = await installation();
    const said = async (...args: string[]) => {
      const { code, stderr } = await held.run(args);
      return [code, stderr];
    };
    expect(await said("kyes")).toEqual([2, expect.stringContaining("Did you mean keys?")]);
    expect(await said("keys", "lsit")).toEqual([2, expect.stringContaining("Did you mean list?")]);
    expect(await said("keys", "list", "--stauts", "active")).toEqual([
      2,
      expect.stringContaining("Did you mean --status?"),
    ]);
  });
});

describe("a list", () => {
  test("is a table of the terminal's width for people, and tabs for programs", async () => {
    const held = shared();
    const { key } = await held.create("日本語のとても長いキー with a long English tail");

    const list = ["keys", "list", "--search", "日本語の"];
    const { stdout } = await held.run(list);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stdout.trimEnd().split("\t")).toEqual([
      key.id,
      key.title,
      key.redacted,
      "active",
      "",
      key.createdAt,
    ]);

    for (const columns of [60, 80, 120]) {
      const shown = onTerminal(held, list, { columns });
      expect(await shown.ended()).toBe(0);
      const [head = "", row = ""] = shown.rows();
      expect(head).toMatch(/^ID +TITLE +/);
      expect(row).toContain(key.id);
      expect(row).toContain("● active");
      expect(head.includes("TOKEN")).toBe(columns === 120);
    }
  });

  test("tells times in the zone of the person, and in UTC when asked to", async () => {
    const held = shared();
    const { key } = await held.create("CI deploy");
    const created = new Date(key.createdAt);
    const written = (timeZone: string) =>
      new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(
        created,
      );
    const show = async (...more: string[]) => {
      const shown = onTerminal(held, ["keys", "show", key.id, ...more], {
        env: { TZ: "Asia/Kolkata" },
      });
      expect(await shown.ended()).toBe(0);
      return /^Created +.*/m.exec(shown.screen())?.[0] ?? "";
    };
    expect(await show()).toContain(`, ${written("Asia/Kolkata")} by`);
    expect(await show("--utc")).toContain(`, ${written("UTC")} UTC by`);
  });
});

describe("keys list --watch", () => {
  test("redraws a terminal, and leaves it as it was, with the last list", async () => {
    const held = shared();
    const watch = ["keys", "list", "--watch", "--search", "on a screen"];
    const watching = onTerminal(held, watch, { columns: 100 });
    await watching.shows("No keys.");
    const { key } = await held.create("on a screen");
    await watching.shows(/1 key · live · Ctrl-C ends\s+ID +TITLE[^]*on a screen +sk_\S+ +● active/);
    await held.json(["keys", "revoke", key.id, "--yes"]);
    await watching.shows("○ revoked");
    watching.resize(60, 16);
    await watching.hides("TOKEN");
    watching.type(CTRL_C);
    expect(await watching.ended()).toBe(0);
    expect(watching.written()).toMatch(/\u001B\[\?1049l[^]*on a screen/);
    expect(watching.written()).toContain("\u001B[?25l");
    expect(watching.isCursorShown()).toBe(true);
  });

  test("writes a line for each change to a program, and with --json the whole page", async () => {
    const held = shared();
    const watch = ["keys", "list", "--watch", "--search", "through a pipe"];
    const lines = watchedBy(held, watch);
    const pages = watchedBy(held, [...watch, "--json"]);
    await pages.shows('{"items":[]');
    const { key } = await held.create("through a pipe");
    const id = key.id as string;
    await lines.shows(`${id}|through a pipe|${key.redacted}|active`);
    await held.json(["keys", "revoke", id, "--yes"]);
    await lines.shows(`${id}|through a pipe|${key.redacted}|revoked`);
    await held.json(["keys", "delete", id, "--yes"]);
    await lines.shows(`${id}|through a pipe|${key.redacted}|gone`);
    await pages.shows(/"items":\[\][^]*"items":\[\]/);
    lines.type(CTRL_C);
    pages.type(CTRL_C);
    await Promise.all([lines.ended(), pages.ended()]);
    const documents = pages
      .written()
      .split(/\r?\n/)
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as KeyPage);
    expect(documents.map(({ items }) => items.map(({ status }) => status))).toEqual([
      [],
      ["active"],
      ["revoked"],
      [],
    ]);
  });
});

test("audit list --watch shows what happens, newest first, and writes it down in order for a program", async () => {
  const held = await heldInstallation();
  const shown = onTerminal(held, ["audit", "list", "--watch", "--limit", "2"], { columns: 120 });
  await shown.shows(/The newest event · live · Ctrl-C ends[^]*user added/);
  const lines = watchedBy(held, ["audit", "list", "--watch", "--type", "key.renamed"]);
  const documents = watchedBy(held, ["audit", "list", "--watch", "--json"]);
  await documents.shows('"type":"user.created"');
  const { key } = await held.create("CI deploy");
  await shown.shows(/The newest 2 events[^]*created +CI deploy[^]*user added/);
  for (const title of ["one", "two"]) await held.json(["keys", "rename", key.id, "--title", title]);
  await lines.shows(/\|key\.renamed\|.*to=one .*\s+.*\|key\.renamed\|.*to=two /);
  await documents.shows(/"to":"two"/);
  await shown.shows(/renamed from “one”[^]*renamed from “CI deploy”/);
  for (const watching of [shown, lines, documents]) watching.type(CTRL_C);
  expect(await shown.ended()).toBe(0);
  await Promise.all([lines.ended(), documents.ended()]);
  const written = documents.written().split(/\r?\n/);
  const events = written.filter((line) => line.startsWith("{"));
  expect(events.map((line) => (JSON.parse(line) as EventItem).seq)).toEqual([1, 2, 3, 4]);
});

/** The command with its output piped on, tabs made visible, in a terminal that can end it. */
function watchedBy(held: Installation, args: readonly string[]): Terminal {
  const command = [process.execPath, LATCHKEY, ...args].map((part) => `'${part}'`).join(" ");
  return openTerminal("bash", ["--norc", "-c", `${command} | tr '\\t' '|'`], {
    env: held.env,
    columns: 1_000,
  });
}

test("no title of the store, however it came there, plays escape sequence, tab or line", async () => {
  const hostile = await installation();
  const { key } = await hostile.create("plain");
  await plant(hostile, key, "a\tb\nc\u001B[2J\u001B]52;c;ZXZpbA==\u0007\u202E\u009B31m\u200Bé日");
  const holder = hostile.terminal();
  await holder.shows("a\\u{9}b\\u{A}c\\u{1B}[2J");

  const escaped = /a\\u\{9\}b\\u\{A\}c\\u\{1B\}\[2J/;
  // A row that was changed behind the program's back has no valid MAC: nothing more is done by it.
  const refused = /Something went wrong inside Latchkey/;
  const commands = [
    [["keys", "list"], escaped],
    [["keys", "show", key.id], escaped],
    [["keys", "revoke", key.id, "--yes"], refused],
    [["keys", "rename", key.id, "--title", "renamed"], refused],
    [["audit", "list"], /plain/],
  ] as const;
  for (const [args, expected] of commands) {
    const { stdout, stderr } = await hostile.run([...args]);
    expect(stdout + stderr).toMatch(expected);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u202E]/);
  }
  const shown = onTerminal(hostile, ["audit", "list"], { columns: 200 });
  expect(await shown.ended()).toBe(0);
  for (const written of [shown.written(), holder.written()]) {
    expect(written).not.toMatch(/ZXZpbA==\u0007|\u202E|\u009B|\u200B/);
  }
});

/** Changes a title in the database itself, behind the program's back. */
async function plant({ dataDir }: Installation, { id }: ApiKey, title: string): Promise<void> {
  const database = new PGlite(join(dataDir, "database"), { extensions: { pg_trgm } });
  await database.query("update api_keys set title = $1 where id = $2", [title, id]);
  await database.close();
}
