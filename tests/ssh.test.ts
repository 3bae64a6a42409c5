import { join } from "node:path";
import { createClient, type SshKey, type User } from "@latchkey/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";
import { latchkey } from "@latchkey/testing/command/command";
import { liveByCommand } from "./support/life-by-command.ts";
import {
  createOnScreen,
  deleteOnScreen,
  ENTER,
  ESCAPE,
  renameOnScreen,
  revokeOnScreen,
} from "./support/life-on-screen.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import {
  agentWith,
  hasSsh,
  type KeyPair,
  makeKeyPair,
  type SshAddress,
  seatOverSsh,
  sshAddress,
} from "./support/ssh.ts";
import { seatOf } from "./support/team.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

// The terminal and the commands over SSH, with the real OpenSSH client in real pseudo-terminals.

const undo = new AsyncDisposableStack();
const atEnd = (step: () => Promise<void>) => undo.defer(step);
let postgres: RestartablePostgres;
let operator: CommandRunner;
let server: RunningServer;
let address: SshAddress;

beforeAll(async () => {
  if (!hasSsh) return;
  postgres = await startRestartablePostgres();
  atEnd(postgres.remove);
  const pepper = join(await temporaryFolder(atEnd), "pepper");
  operator = await seatOf(
    { DATABASE_URL: postgres.url, LATCHKEY_PEPPER_FILE: pepper, LATCHKEY_SSH_PORT: "0" },
    atEnd,
  );
  ({ server, address } = await serveSsh());
});
afterAll(async () => {
  await undo.disposeAsync();
});

async function serveSsh() {
  const started = await startServer(operator.env, { args: ["--ssh"], atEnd });
  return {
    server: started,
    address: await sshAddress(started, operator.env["XDG_DATA_HOME"] as string),
  };
}

type Colleague = CommandRunner & { readonly user: User; readonly key: KeyPair };

let people = 0;
async function colleague(role: "admin" | "member", at = address): Promise<Colleague> {
  people += 1;
  const email = `${role}-${people}@example.com`;
  const user = await operator.json<User>(
    ["users", "add", "--email", email, "--role", role],
    `a password for ${email}`,
  );
  const key = await makeKeyPair();
  await operator.json(["ssh-keys", "add", `${key.file}.pub`, "--user", email]);
  return { ...(await seatOverSsh(at, key)), user, key };
}

const sshKeysOf = async ({ user: { email } }: Colleague): Promise<SshKey[]> =>
  (await operator.json<{ items: SshKey[] }>(["ssh-keys", "list", "--user", email])).items;

const sessionEvents = async ({ user: { email } }: Colleague): Promise<string[]> =>
  (await operator.events("--actor", email)).items
    .map(({ type }) => type)
    .filter((type) => type.startsWith("session."));

describe.skipIf(!hasSsh)("over SSH", () => {
  test("the whole life of a key in the terminal, which needs nothing but ssh", async () => {
    const ada = await colleague("admin");
    const shown = ada.terminal();
    const token = await createOnScreen(shown, "CI depl\u00f6y 🚀");
    await shown.shows("Latchkey › Secret API keys › CI depl\u00f6y 🚀");
    expect(shown.screen()).toContain(`${ada.user.email} · over SSH · live`);
    expect(await operator.verdict(token)).toBe("VALID");
    const title = "CI depl\u00f6y 2";
    await renameOnScreen(shown, " 2");
    await shown.shows(`› ${title}`);
    await revokeOnScreen(shown, operator, { title, token });
    await deleteOnScreen(shown, operator, { title, token });
    shown.type("q");
    expect(await shown.ended()).toBe(0);
    expect(shown.written()).toContain("\x1b[?1049l");

    const { items } = await operator.events("--actor", ada.user.email);
    expect(
      new Set(items.map(({ actor }) => `${actor.kind} ${actor.via} ${actor.address}`)),
    ).toEqual(new Set(["session ssh 127.0.0.1"]));
    const [key] = await sshKeysOf(ada);
    expect(items.at(-1)).toMatchObject({
      type: "session.started",
      data: { fingerprint: key?.fingerprint },
    });
    expect(key?.lastUsedAt).toBe(items.at(-1)?.at);
    await until(async () => (await sessionEvents(ada))[0] === "session.ended");
  });

  test("the whole life of a key by command, with answers, exit codes and tokens by standard input", async () => {
    const bob = await colleague("member");
    const { key } = await liveByCommand(bob, bob, bob.user.email);
    expect(key.ownerId).toBe(bob.user.id);
  });

  test("a command that is wrong, or not for here, says so and exits as anywhere else", async () => {
    const { run } = await colleague("admin");
    const codeAnd = async (...words: string[]) => {
      const { code, stdout, stderr } = await run(words);
      return [code, stdout, stderr.trim()];
    };
    expect(await codeAnd("keys", "lst")).toEqual([2, "", expect.stringContaining("list")]);
    expect(await codeAnd("serve")).toEqual([
      2,
      "",
      expect.stringContaining("unknown command 'serve'"),
    ]);
    expect(await codeAnd("keys", "list", "--data-dir", "/")).toEqual([
      2,
      "",
      expect.stringContaining("leave out --data-dir"),
    ]);
    expect(await codeAnd("ssh-keys", "add", "/etc/passwd")).toEqual([
      2,
      "",
      expect.stringContaining("standard input"),
    ]);
    const [code, stdout] = await codeAnd("keys", "show", "key_nowhere", "--json");
    expect([code, JSON.parse(String(stdout))]).toEqual([1, { error: expect.anything() }]);
    expect(await codeAnd()).toEqual([2, "", expect.stringContaining("ssh -t")]);
  });

  test("help, the version and mistakes in the usage reach the client, and not the server's output", async () => {
    const { run } = await colleague("member");
    for (const words of [
      ["--version"],
      ["keys", "--help"],
      ["help", "keys"],
      ["audit", "list", "-h"],
      ["keys"],
      ["keys", "list", "--limit", "many", "--json"],
    ]) {
      expect([words, await run(words)]).toEqual([words, await operator.run(words)]);
    }
    const help = await run(["--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain("Usage: latchkey");
    expect(help.stdout).not.toMatch(/^ {2}serve/m);
    expect(server.written()).not.toMatch(/Usage|whole number/);
  });

  test("a log of many pages comes whole, as one document and as lines", async () => {
    const ola = await colleague("member");
    const { token } = await ola.create("makes many");
    const { keys } = createClient({ url: server.url, token });
    for (let at = 0; at < 205; at += 1) await keys.create.mutate({ title: `Key ${at}` });
    const only = ["--actor", ola.user.email, "--type", "key.created"];
    const { items, nextBefore } = await ola.events(...only, "--limit", "999999999");
    expect([items.length, nextBefore]).toEqual([206, null]);
    expect(items).toEqual((await operator.events(...only, "--limit", "1000")).items);
    const { stdout, stderr } = await ola.run(["audit", "list", ...only, "--limit", "201"]);
    const seqs = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Number(line.split("\t")[0]));
    expect(seqs).toEqual(items.slice(0, 201).map(({ seq }) => seq));
    expect(stderr).toContain("There are older events");
  });

  test("what can't be undone is asked for in a pseudo-terminal, and needs --yes without one", async () => {
    const cleo = await colleague("member");
    const { key } = await cleo.create("Asked for");
    expect((await cleo.run(["keys", "revoke", key.id])).code).toBe(2);
    expect((await cleo.run(["keys", "revoke", key.id, "--yes"])).code).toBe(0);
  });

  test("keys that are typed or pasted in one piece all count; a window of any size is drawn", async () => {
    const dora = await colleague("member");
    for (const title of ["one", "two", "three"]) await dora.create(title);
    const shown = dora.terminal({ columns: 120, rows: 40 });
    await shown.shows("3 keys · mine");
    shown.type("jj");
    await shown.shows(/▌ one/);
    shown.type(`k${ENTER}`);
    await shown.shows("› two");
    shown.type(ESCAPE);
    await shown.shows("3 keys · mine");
    shown.type("n");
    await shown.shows("Create secret API key");
    shown.type("\x1b[200~pasted\nin two lines\x1b[201~");
    await shown.shows("pasted in two lines");
    shown.resize(60, 16);
    await shown.shows("pasted in two lines");
    expect(shown.rows().every((row) => row.length <= 60)).toBe(true);
    shown.resize(40, 10);
    await shown.shows("Latchkey needs 60×16");
    shown.resize(200, 50);
    await shown.shows("pasted in two lines");
  });

  test("two people at once see their own keys, and nothing of each other", async () => {
    const [eve, finn] = await Promise.all([colleague("member"), colleague("member")]);
    await Promise.all([eve.create("Eve's own"), finn.create("Finn's own")]);
    const [hers, his] = [eve.terminal(), finn.terminal({ columns: 80, rows: 24 })];
    await Promise.all([hers.shows("Eve's own"), his.shows("Finn's own")]);
    hers.type("/eve");
    his.type("n");
    his.type("while she searches");
    await Promise.all([hers.shows("/ eve"), his.shows("while she searches")]);
    for (const foreign of ["Finn", finn.user.email, "while she"]) {
      expect(hers.written()).not.toContain(foreign);
    }
    for (const foreign of ["Eve", eve.user.email]) expect(his.written()).not.toContain(foreign);
  });

  test("a title that would write to the terminal is shown as text", async () => {
    const gil = await colleague("member");
    const { key } = await gil.create("harmless");
    const sql = rawPostgres(postgres.url);
    await sql`update api_keys set title = ${"\x1b]0;owned\x07\x1b[2J"} where id = ${key.id}`;
    await sql.end();
    const shown = gil.terminal();
    await shown.shows("\\u{1B}]0;owned\\u{7}\\u{1B}[2J");
    expect(shown.written()).not.toContain("\x1b]0;owned");
    expect((await gil.run(["keys", "list"])).stdout).not.toContain("\x1b");
  });

  test("a key that nobody has gets in nowhere, by any name and by no password", async () => {
    const stranger = await makeKeyPair();
    const { run } = await seatOverSsh(address, stranger);
    const refusal = await run(["whoami"]);
    expect(refusal.code).toBe(255);
    const typed = await seatOverSsh(address, stranger, {
      options: ["-o", "PreferredAuthentications=password,keyboard-interactive,publickey"],
    });
    expect(await typed.run(["whoami"])).toEqual(refusal);
    const disabled = await colleague("member");
    await operator.json(["users", "disable", disabled.user.email]);
    expect(await disabled.run(["whoami"])).toEqual(refusal);
  });

  test("whoever has several keys in an agent gets in, and with too many reads what to do", async () => {
    const kai = await colleague("member");
    const others = await Promise.all(Array.from({ length: 7 }, () => makeKeyPair()));
    const [first = kai.key] = others;
    const commandRunnerWith = async (keys: readonly KeyPair[]) => {
      const socket = await agentWith(keys, onTestFinished);
      const options = ["-o", "IdentitiesOnly=no", "-o", `IdentityAgent=${socket}`];
      return seatOverSsh(address, first, { options });
    };
    const some = await commandRunnerWith([...others.slice(1, 6), kai.key]);
    expect((await some.json<{ email: string }>(["whoami"])).email).toBe(kai.user.email);
    const refusal = await (await commandRunnerWith([...others, kai.key])).run(["whoami"]);
    expect([refusal.code, refusal.stdout]).toEqual([255, ""]);
    expect(refusal.stderr).toContain("IdentitiesOnly=yes");
  });

  test("a sign-in tells whose account it came to, on standard error alone, and quietly not", async () => {
    const lou = await colleague("member");
    const observer = `Signed in as ${lou.user.email}`;
    const commandRunner = await seatOverSsh(address, lou.key, { options: ["-o", "LogLevel=INFO"] });
    const { code, stdout, stderr } = await commandRunner.run(["whoami", "--json"]);
    expect([code, (JSON.parse(stdout) as { email: string }).email]).toEqual([0, lou.user.email]);
    expect(stderr.split(/\r?\n/)[0]).toBe(observer);
    const shown = commandRunner.terminal();
    await shown.shows("No secret API keys yet.");
    expect(shown.written().indexOf(observer)).toBeLessThan(shown.written().indexOf("\x1b[?1049h"));
    expect(shown.written()).toContain(observer);
    const quiet = await seatOverSsh(address, lou.key, { options: ["-q"] });
    expect((await quiet.run(["whoami"])).stderr).toBe("");
  });

  test("an RSA and an ECDSA key let their user in, but no signature over SHA-1 does", async () => {
    const hal = await colleague("member");
    const { email } = hal.user;
    for (const kind of [
      ["-t", "rsa", "-b", "3072"],
      ["-t", "ecdsa", "-b", "384"],
    ]) {
      const key = await makeKeyPair(kind);
      await operator.json(["ssh-keys", "add", `${key.file}.pub`, "--user", email]);
      const commandRunner = await seatOverSsh(address, key);
      expect((await commandRunner.json<{ email: string }>(["whoami"])).email).toBe(email);
      if (kind[1] !== "rsa") continue;
      const old = ["-o", "PubkeyAcceptedAlgorithms=ssh-rsa"];
      const weak = await seatOverSsh(address, key, { options: old });
      expect((await weak.run(["whoami"])).code).toBe(255);
    }
  });

  test("the open terminal of a removed key, and of a disabled user, ends at once, and says so", async () => {
    const ida = await colleague("member");
    const shown = ida.terminal();
    await shown.shows("No secret API keys yet.");
    const [key] = await sshKeysOf(ida);
    await operator.json(["ssh-keys", "remove", key?.fingerprint ?? ""]);
    expect(await shown.ended()).toBe(4);
    expect(shown.screen()).toContain("Your session was ended.");
    expect(shown.written()).toContain("\x1b[?1049l");
    expect((await ida.run(["whoami"])).code).toBe(255);

    const jon = await colleague("member");
    const his = jon.terminal();
    await his.shows("No secret API keys yet.");
    await operator.json(["users", "disable", jon.user.email]);
    expect(await his.ended()).toBe(4);
    expect((await jon.run(["whoami"])).code).toBe(255);
  });

  test("a client that is killed, or left by ~., costs its own session alone", async () => {
    const [kim, lea] = await Promise.all([colleague("member"), colleague("member")]);
    const [killed, left, stays] = [kim.terminal(), lea.terminal(), lea.terminal()];
    for (const each of [killed, left, stays]) await each.shows("No secret API keys yet.");
    killed.kill("SIGKILL");
    await until(async () => (await sessionEvents(kim))[0] === "session.ended");
    left.type(`${ENTER}~.`);
    expect(await left.ended()).toBe(255);
    await lea.create("still here");
    await stays.shows("still here");
  });

  test("weak ciphers and key exchanges are not spoken", async () => {
    const { key } = await colleague("member");
    for (const options of [
      ["-c", "aes256-ctr"],
      ["-c", "chacha20-poly1305@openssh.com"],
      ["-o", "KexAlgorithms=diffie-hellman-group14-sha256"],
    ]) {
      const { run } = await seatOverSsh(address, key, { options });
      expect((await run(["whoami"])).code).toBe(255);
    }
  });

  test("the host key is told where people can look it up, and a port in use is a refusal to start", async () => {
    const ready = (await (await fetch(`${server.url}/readyz`)).json()) as object;
    const observer = /the host key is (\S+)/.exec(server.written())?.[1];
    expect(ready).toEqual({ ok: true, ssh: { hostKey: observer } });
    const env = { ...operator.env, LATCHKEY_SSH_PORT: String(address.port) };
    const { code, stderr } = await latchkey(["serve", "--ssh"], {
      env: { ...env, LATCHKEY_PORT: "0", LATCHKEY_METRICS_ADDRESS: "off" },
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining("LATCHKEY_SSH_PORT")]);
  });

  test("forwarded ports, agents and subsystems are refused", async () => {
    const mia = await colleague("member");
    const forward = ["-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1"];
    const commandRunner = await seatOverSsh(address, mia.key, { options: forward });
    expect((await commandRunner.run(["whoami"])).code).toBe(255);
    const sftp = await seatOverSsh(address, mia.key, { options: ["-s"] });
    expect((await sftp.run(["sftp"])).code).not.toBe(0);
    expect((await mia.run(["whoami"])).code).toBe(0);
  });

  test("a server that stops leaves every screen in good order, and says so", async () => {
    const other = await serveSsh();
    const nia = await colleague("member", other.address);
    const shown = nia.terminal();
    await shown.shows("No secret API keys yet.");
    expect(await other.server.stop()).toBe(0);
    expect(await shown.ended()).toBe(3);
    // Its log is no terminal.
    expect(other.server.written()).not.toContain("\x1b");
    expect(shown.screen()).toContain("The server stops.");
    expect(shown.written()).toContain("\x1b[?1049l");
    expect((await sessionEvents(nia))[0]).toBe("session.ended");
    expect(server.written()).not.toContain("defect");
  });
});
