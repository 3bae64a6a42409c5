import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import type { Figure } from "../figure.ts";
import type { Ground, Group } from "../ground.ts";
import { openScreen } from "../screen.ts";
import { runLatchkey, startServing } from "../started-server.ts";

// The built server over SSH: the real client where somebody waits, and many sessions from this process.

const CONNECTS = 15;
const SESSIONS = 50;
/** One person has at most 20 connections. */
const PEOPLE = 5;
const PAGING = 10;
const PAGING_SECONDS = 20;
const KEYS = 60;
const HALF_OPEN = 1000;
const LIST = /1–\d+ of/;

export const ssh: Group = {
  name: "ssh",
  title: `the terminal over SSH, on the loopback`,
  measure,
};

type Server = {
  readonly port: number;
  readonly pid: number;
  readonly collectGarbage: () => Promise<void>;
  /** A person's each. */
  readonly keyFiles: readonly string[];
};

async function measure(ground: Ground): Promise<Figure[]> {
  const server = await startServer(ground);
  ground.doing("a first connection, which is not counted");
  await connectAndPaint(server);
  const paints: number[] = [];
  for (let round = 1; round <= CONNECTS; round += 1) {
    ground.doing(`connection ${round} of ${CONNECTS}`);
    paints.push(await connectAndPaint(server));
  }

  ground.doing(`${HALF_OPEN} sockets that say nothing`);
  const logins: number[] = [];
  const sockets = await halfOpen(server.port);
  for (let round = 0; round < 5; round += 1) logins.push(await connectAndPaint(server));
  for (const socket of sockets) socket.destroy();

  ground.doing(`${SESSIONS} sessions`);
  await server.collectGarbage();
  const before = await residentBytes(server);
  const sessions: Session[] = [];
  for (let at = 0; at < SESSIONS; at += 1) {
    sessions.push(await openSession(ground, server, server.keyFiles[at % PEOPLE] as string));
  }
  const worst = await slowestOf(ground, sessions);
  ground.doing("what they hold in memory");
  await sleep(3000);
  const uncollected = ((await residentBytes(server)) - before) / SESSIONS;
  await server.collectGarbage();
  const memory = ((await residentBytes(server)) - before) / SESSIONS;

  const bars = (limit: number) => [{ of: "value", atMost: limit }] as const;
  return [
    { what: "connect to the list", unit: "ms", runs: paints, bars: bars(400) },
    {
      what: `the same beside ${HALF_OPEN} half-open sockets, slowest`,
      unit: "ms",
      runs: logins,
      quantile: 1,
      bars: bars(1000),
    },
    {
      what: "memory of an idle session, garbage collected",
      unit: "B",
      runs: [memory],
      bars: bars(2 * 1024 * 1024),
    },
    { what: "the same before that", unit: "B", runs: [uncollected] },
    {
      what: `a key until its screen, ${SESSIONS} sessions, ${PAGING} paging: the slowest session's p95`,
      unit: "ms",
      runs: worst,
      quantile: 0.95,
      bars: bars(100),
    },
  ];
}

async function startServer(ground: Ground): Promise<Server> {
  const root = await ground.folder();
  const env = { HOME: root, LATCHKEY_DATA_DIR: join(root, "data"), LATCHKEY_SSH_PORT: "0" };
  ground.doing("starting the server");
  const inspected = ["--inspect=127.0.0.1:0"];
  const { said, pid } = await startServing(ground, env, ["--ssh"], inspected);
  const garbage = await collector(/ws:\/\/\S+/.exec(said())?.[0] ?? "");
  ground.atEnd(garbage.close);
  let port = 0;
  while (port === 0) {
    port = Number(/SSH: ssh -p (\d+)/.exec(said())?.[1] ?? 0);
    await sleep(20);
  }
  const keyFiles = Array.from({ length: PEOPLE }, (_, at) => join(root, `id-${at}`));
  for (const keyFile of keyFiles) {
    const email = `${basename(keyFile)}@example.com`;
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
    await runLatchkey(["users", "add", "--email", email], env, "a password of theirs");
    await runLatchkey(["ssh-keys", "add", `${keyFile}.pub`, "--user", email], env);
  }
  const server = { port, pid, keyFiles, collectGarbage: garbage.collect };
  for (const keyFile of keyFiles) {
    ground.doing(`${KEYS} keys of ${basename(keyFile)}`);
    const client = await signIn(ground, server, keyFile);
    for (let made = 0; made < KEYS; made += 1) {
      await run(client, `keys create --title 'Key ${made}' --json`);
    }
    client.end();
  }
  return server;
}

/** Milliseconds from the start of the real client to the list. */
async function connectAndPaint({ port, keyFiles: [keyFile = ""] }: Server): Promise<number> {
  const screen = openScreen({
    env: {},
    file: "ssh",
    args: ["-F", "none", "-p", String(port), "-i", keyFile, "-tt"].concat(
      ["IdentitiesOnly=yes", "StrictHostKeyChecking=no", "LogLevel=ERROR"].flatMap((option) => [
        "-o",
        option,
      ]),
      ["-o", `UserKnownHostsFile=${keyFile}.known`, "ada@127.0.0.1"],
    ),
  });
  const at = await screen.writes(LIST);
  await screen.quit();
  return at;
}

async function signIn(
  { atEnd }: Ground,
  { port }: Pick<Server, "port">,
  keyFile: string,
): Promise<Client> {
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

type Session = { readonly press: (key: string) => Promise<number> };

/** A terminal of 120 by 40 on the list. */
async function openSession(ground: Ground, server: Server, keyFile: string): Promise<Session> {
  const client = await signIn(ground, server, keyFile);
  const channel = await new Promise<ClientChannel>((opened, failed) => {
    const window = { cols: 120, rows: 40, term: "xterm-256color" };
    client.shell(window, (error, made) => (error === undefined ? opened(made) : failed(error)));
  });
  let written = "";
  let heard = () => {};
  channel.on("data", (chunk: Buffer) => {
    written += chunk.toString();
    heard();
  });
  const hears = (what: () => boolean) =>
    new Promise<void>((done) => {
      heard = () => {
        if (what()) done();
      };
      heard();
    });
  await hears(() => LIST.test(written));
  return {
    press: async (key) => {
      written = "";
      const pressed = performance.now();
      channel.write(key);
      await hears(() => written !== "");
      return performance.now() - pressed;
    },
  };
}

/** Each session presses keys for a while; gives the times of the one whose p95 is the highest. */
async function slowestOf(ground: Ground, sessions: readonly Session[]): Promise<number[]> {
  ground.doing(`${PAGING} of them page for ${PAGING_SECONDS} s`);
  const end = performance.now() + PAGING_SECONDS * 1000;
  const times = await Promise.all(
    sessions.map(async ({ press }, index) => {
      const mine: number[] = [];
      const isPaging = index < PAGING;
      const [forth, back] = isPaging ? ["\x1b[6~", "\x1b[5~"] : ["j", "k"];
      const pause = isPaging ? 250 : 2000;
      await sleep(Math.random() * pause);
      for (let turn = 0; performance.now() < end; turn += 1) {
        mine.push(await press(turn % 2 === 0 ? forth : back));
        await sleep(pause);
      }
      return mine;
    }),
  );
  const p95 = (mine: number[]) =>
    mine.toSorted((a, b) => a - b)[Math.ceil(mine.length * 0.95) - 1] ?? Number.NaN;
  return times.toSorted((a, b) => p95(b) - p95(a))[0] ?? [];
}

async function halfOpen(port: number): Promise<Socket[]> {
  return Promise.all(
    Array.from(
      { length: HALF_OPEN },
      () =>
        new Promise<Socket>((opened) => {
          const socket = connect(port, "127.0.0.1", () => opened(socket));
          socket.on("error", () => opened(socket));
        }),
    ),
  );
}

/** Has the inspected process collect its garbage, as it would sooner or later by itself. */
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

/** What the process holds in memory (proc(5)). */
async function residentBytes({ pid }: Server): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
