import { request } from "node:http";
import { join } from "node:path";
import { createClient, errorOf } from "@latchkey/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLink } from "@latchkey/testing/database/database-link";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";
import { installation } from "./support/installation.ts";
import { type CommandRunner, commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import { seatOf } from "./support/team.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

// `latchkey serve` as its operator meets it: how it starts, what it logs, how it ends.

/** What a server may also say on a machine that has no time for it. */
const LOST = "the log can't be followed";

let postgres: RestartablePostgres;
let operator: CommandRunner;
let token: string;
const undo = new AsyncDisposableStack();
beforeAll(async () => {
  postgres = await startRestartablePostgres();
  undo.defer(postgres.remove);
  const secrets = await temporaryFolder((step) => undo.defer(step));
  operator = await seatOf(
    { DATABASE_URL: postgres.url, LATCHKEY_PEPPER_FILE: join(secrets, "pepper") },
    (step) => undo.defer(step),
  );
  token = (await operator.create("robot")).token;
});
afterAll(async () => {
  await undo.disposeAsync();
});

/** Holds up every change until `letGo`, and tells when one waits. */
async function holdChanges() {
  const sql = rawPostgres(postgres.url);
  const holder = rawPostgres(postgres.url);
  const { promise: released, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: held, resolve: holds } = Promise.withResolvers<void>();
  const holding = holder.begin(async (transaction) => {
    await transaction`select from event_head for update`;
    holds();
    await released;
  });
  await held;
  const waiting = () => sql`
    select from pg_stat_activity where application_name = 'latchkey' and wait_event_type = 'Lock'`;
  return {
    oneWaits: () => until(async () => (await waiting()).length > 0),
    letGo: async () => {
      letGo();
      await holding;
    },
    titles: async () =>
      (await sql<{ title: string }[]>`select title from api_keys`).map(({ title }) => title),
    end: async () => {
      letGo();
      await Promise.allSettled([holding]);
      await Promise.all([sql.end(), holder.end()]);
    },
  };
}

/** Whether nobody answers there any more. */
function isGone(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    () => false,
    () => true,
  );
}

describe("the end of a server", () => {
  test("told to stop, it takes nothing new, answers what is under way, then ends with 0", async () => {
    const server = await startServer(operator.env);
    const { keys } = createClient({ url: server.url, token });
    const changes = await holdChanges();
    try {
      const answer = keys.create.mutate({ title: "under way" });
      await changes.oneWaits();
      server.signal("SIGTERM");
      await until(() => isGone(server.url));
      await changes.letGo();
      expect((await answer).key.title).toBe("under way");
      expect(await server.ended).toBe(0);
      expect(await changes.titles()).toContain("under way");
    } finally {
      await changes.end();
    }
    // Without the looks at whether it is gone, which it may still answer.
    const observer = server
      .log()
      .filter(({ path }) => path !== "/healthz")
      .map(({ msg, status }) => [msg, status ?? ""].join(" ").trim());
    expect(observer.filter((line) => /^(stop|request)/.test(line))).toEqual([
      expect.stringMatching(/^stopping/),
      "request 200",
      "stopped",
    ]);
  });

  test("told twice, it ends at once; what was under way is undone, and told as uncertain", async () => {
    const server = await startServer(operator.env);
    const { keys } = createClient({ url: server.url, token });
    const changes = await holdChanges();
    try {
      const answer = keys.create.mutate({ title: "cut off" }).catch(errorOf);
      await changes.oneWaits();
      server.signal("SIGINT");
      await until(() => isGone(server.url));
      server.signal("SIGTERM");
      expect(await server.ended).toBe("SIGTERM");
      expect(await answer).toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringMatching(/look whether it happened/),
      });
      await changes.letGo();
      const again = await startServer(operator.env);
      await createClient({ url: again.url, token }).keys.create.mutate({ title: "after it" });
      expect(await changes.titles()).toContain("after it");
      expect(await changes.titles()).not.toContain("cut off");
    } finally {
      await changes.end();
    }
  });
});

describe("the start of a server", () => {
  const refused = async (env: Record<string, string>) => {
    const ports = { LATCHKEY_PORT: "0", LATCHKEY_METRICS_ADDRESS: "off" };
    const commandRunner = commandRunnerWith({ ...operator.env, ...ports, ...env });
    const [plain, json] = await Promise.all([
      commandRunner.run(["serve"]),
      commandRunner.run(["serve", "--json"]),
    ]);
    expect(plain.stdout).toBe("");
    expect(json.code).toBe(plain.code);
    const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string } };
    expect(plain.stderr).toContain(error.message);
    expect(plain.stderr).not.toMatch(/hunter2|\n +at /);
    return [plain.code, error.code, error.message];
  };

  test.each([
    [
      "a database that is away",
      { DATABASE_URL: "postgres://u:hunter2@127.0.0.1:1/d" },
      3,
      /nothing listens/,
    ],
    ["a host that is none", { LATCHKEY_HOST: "192.0.2.1" }, 3, /LATCHKEY_HOST/],
    ["a setting that won't do", { LATCHKEY_LOG_LEVEL: "hunter2" }, 2, /LATCHKEY_LOG_LEVEL must/],
  ])("%s is told, with what to do", async (_, env, code, says) => {
    expect(await refused(env)).toEqual([
      code,
      code === 2 ? "INPUT_INVALID" : "UNAVAILABLE",
      expect.stringMatching(says),
    ]);
  });

  test("a port in use, and a data folder that another process holds, are told with what to do", async () => {
    const { env, dataDir } = await installation();
    const holder = await startServer(env, { args: ["--json"] });
    // Its log has told where, a moment before its answer does.
    await until(() => holder.written().includes(`{"url":"${holder.url}"}\n`));
    const { port } = new URL(holder.url);
    expect(await refused({ LATCHKEY_PORT: port })).toEqual([
      3,
      "UNAVAILABLE",
      expect.stringMatching(/in use.*LATCHKEY_PORT/),
    ]);
    expect(await refused({ LATCHKEY_DATA_DIR: dataDir })).toEqual([
      3,
      "UNAVAILABLE",
      expect.stringMatching(/Another Latchkey holds .*End it/),
    ]);
    // Commands and terminals join the one that holds it.
    const { token: local } = await commandRunnerWith(env).create("made beside the server");
    const { keys } = createClient({ url: holder.url, token: local });
    expect((await keys.list.query()).items.map(({ title }) => title)).toEqual([
      "made beside the server",
    ]);
    expect(await holder.stop()).toBe(0);
  });

  test("a remote database without TLS is a warning, without a word of its address", async () => {
    // An address that leads to this machine and yet is none of its own names.
    const url = new URL(postgres.url);
    url.hostname = "0.0.0.0";
    const server = await startServer({ ...operator.env, DATABASE_URL: url.href });
    const warnings = server.log().filter(({ level, msg }) => Number(level) >= 40 && msg !== LOST);
    expect(warnings).toEqual([
      expect.objectContaining({ msg: expect.stringMatching(/not protected by TLS.*sslmode/) }),
    ]);
    expect(server.written()).not.toMatch(/0\.0\.0\.0|password@/);
  });
});

describe("how a server hears of what others change", () => {
  /** A road to the database on which nobody may listen. */
  const linkWithoutListening = async () => {
    const origin = await openLink(postgres.url);
    onTestFinished(origin.close);
    origin.breakBefore("listen latchkey_events");
    return origin;
  };
  /** What it says of its feed, once it can serve by it. */
  const feedOf = (server: RunningServer) =>
    until(() => {
      const observer = server.log().filter(({ msg }) => msg === "feed");
      return observer.length > 1 && observer.map(({ feed }) => feed);
    });
  /** What it says where it would listen, and can't. */
  const unwoken = (server: RunningServer) =>
    server.log().filter(({ msg }) => msg === "nobody tells of changes");
  /** Until it knows what another process has changed about a key that it had in memory. */
  const followed = async (server: RunningServer) => {
    const { keys } = createClient({ url: server.url, token });
    const { key, token: presented } = await operator.create("followed");
    const outcome = async () => (await keys.verify.mutate({ token: presented })).outcome;
    expect(await outcome()).toBe("VALID");
    await operator.json(["keys", "revoke", key.id, "--yes"]);
    await until(async () => (await outcome()) === "REVOKED");
  };

  test("LATCHKEY_FEED=poll: by looks of its own; it does not even try to listen", async () => {
    const origin = await linkWithoutListening();
    const server = await startServer({
      ...operator.env,
      DATABASE_URL: origin.url,
      LATCHKEY_FEED: "poll",
    });
    expect(await feedOf(server)).toEqual(["connecting", "polling"]);
    await followed(server);
    expect(unwoken(server)).toEqual([]);
  });

  test("LATCHKEY_LISTEN_URL: by a way of its own to the same database", async () => {
    const origin = await linkWithoutListening();
    const listening = await openLink(postgres.url);
    onTestFinished(listening.close);
    const server = await startServer({
      ...operator.env,
      DATABASE_URL: origin.url,
      LATCHKEY_LISTEN_URL: listening.url,
    });
    expect(await feedOf(server)).toEqual(["connecting", "live"]);
    expect(listening.seen.connections).toBe(1);
    await followed(server);
    // Cut off from it, it says so, and looks by itself until it may listen again.
    listening.breakBefore("listen latchkey_events");
    listening.breakAll();
    await until(() => unwoken(server).length > 0);
    await followed(server);
  });
});

describe("a server at work", () => {
  let server: RunningServer;
  const end: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    server = await startServer(operator.env, { atEnd: (step) => end.push(step) });
  });
  afterAll(async () => {
    for (const step of end.splice(0)) await step();
  });

  const send = (path: string, headers: Record<string, string> = {}, method = "POST") =>
    new Promise<{ status: number | undefined; id: string }>((answered, failed) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path, method, headers }, (response) => {
        response.resume();
        const { statusCode: status, headers: back } = response;
        answered({ status, id: String(back["x-request-id"]) });
      })
        .once("error", failed)
        .end(method === "POST" ? "{}" : undefined);
    });
  const json = { "content-type": "application/json" };

  test("answers to its own names, to pages of its own, and to JSON alone", async () => {
    const status = async (...call: Parameters<typeof send>) => (await send(...call)).status;
    const whoami = "/trpc/auth.whoami";
    expect(await status("/healthz", {}, "GET")).toBe(200);
    expect(await status("/readyz", {}, "GET")).toBe(200);
    expect(await status(whoami, json)).toBe(401);
    expect(await status(whoami, { ...json, host: "evil.example.com" })).toBe(421);
    expect(await status(whoami, { ...json, origin: "https://evil.example.com" })).toBe(403);
    expect(await status("/trpc/auth.logout", { "content-type": "text/plain" })).toBe(415);
    expect(await status(whoami, json, "GET")).toBe(405);
  });

  test("logs each request with its id, who sent it and by which key", async () => {
    const line = async (headers: Record<string, string>, path = "/trpc/auth.whoami") => {
      const { id } = await send(path, { ...json, ...headers });
      return until(() => server.log().find(({ requestId }) => requestId === id));
    };
    const robot = (await operator.keys()).items.find(({ title }) => title === "robot");
    expect(await line({ authorization: `Bearer ${token}` })).toMatchObject({
      method: "POST",
      path: "/trpc/auth.whoami",
      status: 200,
      milliseconds: expect.any(Number),
      address: "127.0.0.1",
      principal: "key",
      userId: robot?.ownerId,
      keyId: robot?.id,
    });
    expect(await line({ "x-request-id": "from-the-proxy-1" })).toMatchObject({
      requestId: "from-the-proxy-1",
      status: 401,
      failures: ["UNAUTHENTICATED"],
    });
    // What a client chose to call its request is kept only where it can be no token.
    expect(JSON.stringify(await line({}, `/${token}?token=${token}`))).not.toContain(token);
    await send("/trpc/auth.whoami", { ...json, "x-request-id": token });
    await line({});
    expect(server.written()).not.toContain(token);
  });

  test("tells that its database went away, stays, and goes on when it is back", async () => {
    const { keys } = createClient({ url: server.url, token });
    await postgres.kill();
    expect((await send("/readyz", {}, "GET")).status).toBe(503);
    expect((await send("/healthz", {}, "GET")).status).toBe(200);
    expect(await keys.list.query().catch(errorOf)).toMatchObject({ code: "UNAVAILABLE" });
    const away = await commandRunnerWith({
      ...operator.env,
      LATCHKEY_URL: server.url,
      LATCHKEY_TOKEN: token,
    }).run(["keys", "list"]);
    expect([away.code, away.stderr]).toEqual([3, expect.stringMatching(/can't be reached/)]);
    await postgres.start();
    await until(async () => (await send("/readyz", {}, "GET")).status === 200);
    expect((await keys.list.query()).items).not.toEqual([]);
  });
});
