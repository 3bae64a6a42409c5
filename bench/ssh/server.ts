import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import ssh2, { type Client } from "ssh2";
import { createClient, type LatchkeyClient } from "@latchkey/client";
import { startServer } from "@latchkey/testing/command/server";
import type { Fixture } from "../fixture.ts";
import { startPostgres } from "../postgres.ts";
import { runLatchkey } from "../run-latchkey.ts";

/** One person has at most 20 connections. */
export const PEOPLE = 5;
const KEYS = 60;
/** More than a channel's window of 2 MiB holds, as JSON. */
const EVENTS = 6000;

/** The built server with its SSH process, and people with keys. */
export type Server = {
  readonly url: string;
  readonly port: number;
  readonly sshPid: number;
  /** Has the SSH process collect its garbage, as it would sooner or later by itself. */
  readonly collectGarbage: () => Promise<void>;
  /** A person's each. The first is an admin's. */
  readonly keyFiles: readonly string[];
  /** Of a key that may be checked. */
  readonly token: string;
};

export async function startSshServer(fixture: Fixture): Promise<Server> {
  const root = await fixture.folder();
  fixture.doing("starting PostgreSQL");
  // The embedded database is the server itself: a list that it reads holds up checks, over SSH as by HTTP.
  const env = {
    HOME: root,
    XDG_DATA_HOME: root,
    DATABASE_URL: await startPostgres(fixture),
    LATCHKEY_SSH_PORT: "0",
  };
  fixture.doing("starting the server");
  const { url, written } = await startServer(env, {
    args: ["--ssh"],
    nodeArgs: ["--inspect=127.0.0.1:0"],
    atEnd: fixture.atEnd,
  });
  const find = async (what: RegExp): Promise<string> => {
    for (;;) {
      const found = what.exec(written())?.[1];
      if (found !== undefined) return found;
      await sleep(20);
    }
  };
  const port = Number(await find(/SSH: ssh -p (\d+)/));
  const sshPid = Number(await find(/"pid":(\d+)/));
  // The second process that says so.
  const garbage = await collector(await find(/ws:[^]*(ws:\/\/\S+)/));
  fixture.atEnd(garbage.close);
  const keyFiles = Array.from({ length: PEOPLE }, (_, at) => join(root, `id-${at}`));
  for (const keyFile of keyFiles) {
    const email = `${basename(keyFile)}@example.com`;
    const role = keyFile === keyFiles[0] ? "admin" : "member";
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
    await runLatchkey(
      ["users", "add", "--email", email, "--role", role],
      env,
      "a password of theirs",
    );
    await runLatchkey(["ssh-keys", "add", `${keyFile}.pub`, "--user", email], env);
  }
  for (const keyFile of keyFiles) {
    fixture.doing(`${KEYS} keys of ${basename(keyFile)}`);
    const client = await signIn(fixture, port, keyFile);
    for (let made = 0; made < KEYS; made += 1) {
      await run(client, `keys create --title 'Key ${made}' --json`);
    }
    client.end();
  }
  const token = (await runLatchkey(["keys", "create", "--title", "Checked"], env)).split("\n")[0];
  fixture.doing(`a log of ${EVENTS} events`);
  await writeLog(createClient({ url, token: String(token) }));
  return { url, port, sshPid, keyFiles, token: String(token), collectGarbage: garbage.collect };
}

/** Renames one key over and over, ten times in a request. */
async function writeLog({ keys }: LatchkeyClient): Promise<void> {
  const { key } = await keys.create.mutate({ title: "Renamed" });
  const { id } = key;
  for (let at = 0; at < EVENTS; at += 10) {
    const titles = Array.from({ length: 10 }, (_, more) => `Renamed ${at + more}`);
    await Promise.all(titles.map((title) => keys.rename.mutate({ id, title })));
  }
}

export async function signIn({ atEnd }: Fixture, port: number, keyFile: string): Promise<Client> {
  const client = new ssh2.Client();
  const privateKey = await readFile(keyFile);
  await new Promise<void>((done, failed) => {
    client.once("ready", done).once("error", failed);
    client.connect({ host: "127.0.0.1", port, username: "ada", privateKey });
  });
  atEnd(() => client.destroy());
  return client;
}

async function run(client: Client, command: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) failed(error);
      else channel.on("close", () => done()).resume();
    });
  });
}

async function collector(url: string) {
  const inspector = new WebSocket(url);
  await new Promise((opened, failed) => {
    inspector.addEventListener("open", opened);
    inspector.addEventListener("error", failed);
  });
  return {
    collect: async () => {
      const answered = new Promise((heard) => inspector.addEventListener("message", heard));
      inspector.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
      await answered;
    },
    close: () => inspector.close(),
  };
}
