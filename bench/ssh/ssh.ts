import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel } from "ssh2";
import type { Figure } from "../figure.ts";
import type { Fixture, Group } from "../fixture.ts";
import { startProgram } from "../program.ts";
import type { Asking } from "../programs/check-latency.ts";
import { openScreen } from "../screen.ts";
import { attackFigures, CHECK_BARS } from "./attacks.ts";
import { PEOPLE, type Server, signIn, startSshServer } from "./server.ts";

// The built server over SSH: the real client where somebody waits, and many sessions from this process.

const CONNECTS = 15;
const SESSIONS = 50;
const PAGING = 10;
const PAGING_SECONDS = 20;
const HALF_OPEN = 1000;
const LIST = /1–\d+ of/;

export const ssh: Group = {
  name: "ssh",
  title: "the terminal over SSH, on the loopback and PostgreSQL",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const server = await startSshServer(fixture);
  fixture.doing("a first connection, which is not counted");
  await connectAndPaint(server);
  const paints: number[] = [];
  for (let round = 1; round <= CONNECTS; round += 1) {
    fixture.doing(`connection ${round} of ${CONNECTS}`);
    paints.push(await connectAndPaint(server));
  }

  fixture.doing(`${HALF_OPEN} sockets that say nothing`);
  const logins: number[] = [];
  const sockets = await halfOpen(server.port);
  for (let round = 0; round < 5; round += 1) logins.push(await connectAndPaint(server));
  for (const socket of sockets) socket.destroy();

  fixture.doing(`${SESSIONS} sessions`);
  await server.collectGarbage();
  const before = await residentBytes(server);
  const sessions: Session[] = [];
  for (let at = 0; at < SESSIONS; at += 1) {
    sessions.push(await openSession(fixture, server, server.keyFiles[at % PEOPLE] as string));
  }
  const checks = startProgram<Asking, number[]>(fixture, "check-latency");
  const asking = { url: server.url, token: server.token };
  fixture.doing("checks, while nothing else happens");
  const calm = await checks.ask({ ...asking, seconds: PAGING_SECONDS });
  const [worst, beside] = await Promise.all([
    slowestOf(fixture, sessions),
    checks.ask({ ...asking, seconds: PAGING_SECONDS }),
  ]);
  fixture.doing("what they hold in memory");
  await sleep(3000);
  const uncollected = ((await residentBytes(server)) - before) / SESSIONS;
  await server.collectGarbage();
  const memory = ((await residentBytes(server)) - before) / SESSIONS;
  for (const { client } of sessions) client.end();
  fixture.doing("until they have ended");
  await sleep(5000);
  const attacks = await attackFigures(fixture, server, checks);

  const idle: Figure = {
    what: "/verify beside idle terminals",
    unit: "ms",
    runs: calm,
    quantile: 0.99,
  };
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
    idle,
    {
      what: `/verify beside ${SESSIONS} terminals that page`,
      unit: "ms",
      runs: beside,
      quantile: 0.99,
      against: idle,
      bars: CHECK_BARS,
    },
    ...attacks,
  ];
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

type Session = { readonly client: Client; readonly press: (key: string) => Promise<number> };

/** A terminal of 120 by 40 on the list. */
async function openSession(fixture: Fixture, server: Server, keyFile: string): Promise<Session> {
  const client = await signIn(fixture, server.port, keyFile);
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
    client,
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
async function slowestOf(fixture: Fixture, sessions: readonly Session[]): Promise<number[]> {
  fixture.doing(`${PAGING} of them page for ${PAGING_SECONDS} s`);
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

/** What the process holds in memory (proc(5)). */
async function residentBytes({ sshPid: pid }: Server): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
