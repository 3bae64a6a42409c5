import type { ApiKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { heldInstallation, withHeldInstallation } from "./support/installation.ts";
import { liveByCommand } from "./support/life-by-command.ts";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// Keys by command, on the machine that holds them.

const held = withHeldInstallation();

describe("the life of a key, line by line", () => {
  test("create, verify, rename, schedule, move, cancel, rotate, revoke, delete, and find it all in the log", async () => {
    const own = await heldInstallation();
    await liveByCommand(own, own, /\S+@localhost/);
    expect((await own.run(["audit", "verify"])).stdout).toBe("The log holds: 13 events.\n");
  });

  test("a rotated key hands its scopes over to its successor", async () => {
    const { run, create } = held();
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

describe("on a terminal", () => {
  test("revoke and delete name the key and ask, and do nothing unless told yes", async () => {
    const { create, env, json, run } = held();
    const { key } = await create("CI deploy");
    const open = (...args: string[]) =>
      openTerminal(process.execPath, [LATCHKEY, ...args], { env });

    const no = open("keys", "revoke", key.id);
    await no.shows(/CI deploy \(sk_.*\) stops working at once, everywhere\./);
    no.type("\r");
    expect(await no.ended()).toBe(1);
    expect((await json<ApiKey>(["keys", "show", key.id])).status).toBe("active");

    const yes = open("keys", "revoke", key.id);
    await yes.shows("Revoke API key?");
    yes.type("y\r");
    expect(await yes.ended()).toBe(0);
    expect((await json<ApiKey>(["keys", "show", key.id])).status).toBe("revoked");

    const gone = open("keys", "delete", key.id);
    await gone.shows(/CI deploy .*history stays in the log.*Delete API key\?/s);
    gone.type("y\r");
    expect(await gone.ended()).toBe(0);
    expect((await run(["keys", "show", key.id])).stderr).toContain("no such key");
  });

  test("a token that is typed for verify is not shown", async () => {
    const { create, env } = held();
    const { token } = await create("CI deploy");
    const terminal = openTerminal(process.execPath, [LATCHKEY, "keys", "verify"], { env });
    await terminal.shows("Paste the token");
    terminal.type(`${token}\r`);
    expect(await terminal.ended()).toBe(0);
    expect(terminal.screen()).toContain("VALID");
    expect(terminal.written()).not.toContain(token.slice(3, 20));
  });
});
