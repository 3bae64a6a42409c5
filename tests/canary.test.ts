import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installation } from "./support/installation.ts";

// A token goes everywhere it could go, by right and by mistake. Afterwards it stands where it was
// asked for, and nowhere else.

/** Every file below a folder that holds this text, in whatever format the file is. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

test("a token is in no output, file, log, error or database but where it was asked for", async () => {
  const { env, run, terminal, json, keys } = await installation();
  const held = terminal();
  await held.shows("No secret API keys yet.");

  const created = await run(["keys", "create", "--title", "a title that can be found"]);
  const token = created.stdout.trim();
  const secret = token.slice(3, -6);
  expect(secret).toMatch(/^[0-9A-Za-z]{43}$/);
  const [{ id }] = (await keys()).items as unknown as [{ id: string }];

  // Rotation gives a second one.
  const rotated = await run(["keys", "rotate", id, "--grace", "1h"]);
  const successor = rotated.stdout.trim();
  const secrets = [secret, successor.slice(3, -6)];
  const holdsSecret = (text: string) =>
    secrets.some((one) => text.includes(one) || text.includes(one.slice(4, 24)));

  const elsewhere = [
    ["keys", "verify"],
    ["keys", "verify", "--scope", "orders:read"],
    ["keys", "verify", "--scope", token],
    ["keys", "list"],
    ["keys", "list", "--search", token],
    ["keys", "list", "--cursor", token],
    ["keys", "list", "--owner", token],
    ["keys", "list", "--limit", token],
    ["keys", "list", "--sort", token],
    ["keys", "list", "--status", token],
    ["keys", "list", "--unused-for", token],
    ["keys", "create", "--title", "x", "--scope", token],
    ["keys", "create", "--title", "x", "--expires-in", token],
    ["keys", "show", id],
    ["keys", "show", token],
    ["keys", "rename", token, "--title", "x"],
    ["keys", "rename", id, "--title", "still findable"],
    ["keys", "revoke", token, "--yes"],
    ["keys", "revoke", id, "--in", token],
    ["keys", "rotate", token],
    ["keys", "delete", token, "--yes"],
    ["keys", "delete", id, "--yes"],
    ["audit", "list"],
    ["audit", "list", "--key", token],
    ["audit", "list", "--actor", token],
    ["audit", "list", "--type", token],
    ["audit", "list", "--limit", token],
    ["audit", "head"],
    ["audit", "verify"],
    ["audit", "verify", "--from-head", token],
    ["keys", token],
    [token],
    [`--${token}`],
    ["migrate"],
  ];
  for (const args of elsewhere) {
    for (const form of [args, [...args, "--json"]]) {
      const { stdout, stderr } = await run(form, `${token}\n`);
      expect(holdsSecret(stdout + stderr), `${form.join(" ")}: ${stdout}${stderr}`).toBe(false);
    }
  }

  // The terminal: shown only while it is asked for, gone from the screen afterwards.
  held.type("n");
  await held.shows("Create secret API key");
  held.type("by hand\r");
  await held.shows("This is the only time it is shown.");
  expect(held.written()).not.toMatch(/sk_[0-9A-Za-z]{49}/);
  held.type("s");
  await held.shows(/sk_[0-9A-Za-z]{49}/);
  const [shown] = /sk_[0-9A-Za-z]{49}/.exec(held.screen()) as unknown as [string];
  secrets.push(shown.slice(3, -6));
  held.type("\r");
  await held.shows("Scopes");
  expect(held.screen()).not.toContain(shown);
  held.type("v");
  await held.shows('"redacted"');
  expect(holdsSecret(held.screen())).toBe(false);
  held.type("\x03");
  await held.ended();
  expect(holdsSecret(held.screen())).toBe(false);

  // Files: the titles are found, so the search does find what is there.
  const home = env["HOME"] as string;
  expect(await filesWith(home, "still findable")).not.toEqual([]);
  for (const one of [...secrets, token, successor, shown]) {
    expect(await filesWith(home, one)).toEqual([]);
    expect(await filesWith(home, one.slice(4, 24))).toEqual([]);
    expect(await filesWith(home, Buffer.from(one).toString("base64").slice(0, 24))).toEqual([]);
    expect(await filesWith(home, Buffer.from(one).toString("hex").slice(0, 40))).toEqual([]);
  }

  // And both of them work, so they were the real ones.
  for (const one of [token, successor]) {
    expect(await json(["keys", "verify"], one)).toMatchObject({ outcome: "VALID" });
  }
});
