import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createServer,
  dataFolder,
  type LatchkeyServer,
  readConfig,
  socketPathOf,
} from "@latchkey/server";
import { createClient, type LatchkeyClient } from "@latchkey/client";
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { until } from "@latchkey/testing/until";
import { CommandError } from "../src/connection/command-error.ts";
import type { RunProgram } from "../src/cli/console.ts";
import { runProgram } from "../src/cli/program.ts";
import { transportBySocket } from "../src/connection/send.ts";
import { type PrivateGateway, sshGatewayAt } from "../src/connection/sshd-connection.ts";
import type { SshBounds } from "../src/ssh/bounds.ts";
import { newKeyPair } from "../src/ssh/host-key.ts";
import { listenForSsh, type SshServer } from "../src/ssh/ssh-server.ts";

// The SSH server's bounds, and clients that keep to no protocol: real sockets, a real server.

const TEMPLATE = fileURLToPath(new URL("../dist/database-template", import.meta.url));
const hostKey = newKeyPair();

describe("the SSH server", () => {
  let path: string;
  let latchkey: LatchkeyServer;
  let operator: LatchkeyClient;
  let gateway: PrivateGateway;
  let closeGateway = async () => {};
  let email: string;
  let privateKey: string;
  const refused: string[] = [];
  const defects: unknown[] = [];

  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), "latchkey-ssh-"));
    const env = {
      LATCHKEY_DATA_DIR: join(path, "data"),
      LATCHKEY_PORT: "0",
      LATCHKEY_METRICS_ADDRESS: "off",
      LATCHKEY_LOG_LEVEL: "silent",
    };
    const templateFolder = existsSync(TEMPLATE) ? TEMPLATE : undefined;
    latchkey = await createServer(readConfig(env), { templateFolder });
    const opened = await latchkey.openPrivateGateway();
    closeGateway = opened.close;
    gateway = sshGatewayAt(opened.socketPath);
    const socket = await socketPathOf(dataFolder(join(path, "data")));
    operator = createClient({
      url: "http://localhost",
      transport: transportBySocket(String(socket)),
    });
  }, 120_000);
  afterAll(async () => {
    await closeGateway();
    await latchkey?.close();
    await rm(path, { recursive: true, force: true });
  });

  let people = 0;
  beforeEach(async () => {
    refused.splice(0);
    defects.splice(0);
    email = `mia-${(people += 1)}@example.com`;
    const pair = newKeyPair();
    const { id: userId } = await operator.users.add.mutate({ email, role: "member" });
    await operator.sshKeys.add.mutate({ publicKey: pair.public, label: "Test", userId });
    privateKey = pair.private;
  });

  /**
   * @param sessionMs how long a session lasts, where it is to be shorter than it is
   * @param run what a command does, where it is to be another thing
   */
  async function listen(
    bounds: Partial<SshBounds> = {},
    sessionMs?: number,
    run: RunProgram = runProgram,
  ): Promise<SshServer> {
    const begin: PrivateGateway["begin"] = async (fingerprint, address) => {
      const begun = await gateway.begin(fingerprint, address);
      if (begun === null || sessionMs === undefined) return begun;
      return { ...begun, expiresAt: new Date(Date.now() + sessionMs) };
    };
    const server = await listenForSsh({
      gateway: {
        ...gateway,
        begin,
        refused: (why) => refused.push(why),
        defect: (error) => defects.push(error),
      },
      privateKey: hostKey.private,
      host: "127.0.0.1",
      port: 0,
      bounds,
      runProgram: run,
      now: () => new Date(),
    });
    onTestFinished(() => expect(defects).toEqual([]));
    onTestFinished(server.close);
    return server;
  }

  /** Signed in, with the key of the test's person. */
  async function signedIn({ port }: SshServer, more: ConnectConfig = {}): Promise<Client> {
    const client = new ssh2.Client();
    client.on("error", () => {});
    const ready = new Promise<void>((done, failed) => {
      client.once("ready", done).once("close", () => failed(new Error("not let in")));
    });
    client.connect({ host: "127.0.0.1", port, username: "anybody", privateKey, ...more });
    onTestFinished(() => void client.destroy());
    await ready;
    return client;
  }

  async function exec(client: Client, action: string): Promise<string> {
    const channel = await new Promise<ClientChannel>((opened, failed) => {
      client.exec(action, (error, made) => (error === undefined ? opened(made) : failed(error)));
    });
    let text = "";
    channel.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await once(channel, "close");
    return text;
  }

  /** The terminal, with everything that it wrote. */
  async function shell(client: Client, window: object = {}) {
    const channel = await new Promise<ClientChannel>((opened, failed) => {
      client.shell(window, (error, made) => (error === undefined ? opened(made) : failed(error)));
    });
    let written = "";
    channel.on("data", (chunk: Buffer) => (written += chunk.toString()));
    const exit = new Promise<unknown>((ended) => channel.once("exit", ended));
    return {
      channel,
      exit,
      shows: (text: string) => until(() => written.includes(text)),
      written: () => written,
    };
  }

  /** What somebody who comes now is told of who they are. */
  const whoami = async (server: SshServer): Promise<string> => {
    const client = await signedIn(server);
    const observer = await exec(client, "whoami");
    client.end();
    return observer;
  };
  describe("who has not proven anything", () => {
    test("is sent away when the time for it is over", async () => {
      const server = await listen({ authenticateMs: 50 });
      const socket = connectSocket(server.port, "127.0.0.1");
      await once(socket.resume(), "close");
      expect(refused).toEqual(["slow"]);
    });

    test("can't keep others out by holding places, however many", async () => {
      const server = await listen({ unproven: 50, unprovenPerNetwork: 40 });
      const sockets = Array.from({ length: 300 }, () => {
        const socket = connectSocket(server.port, "127.0.0.1").on("error", () => {});
        onTestFinished(() => void socket.destroy());
        return socket;
      });
      await until(() => refused.includes("crowded"));
      expect(await whoami(server)).toContain(email);
      expect(sockets.filter((socket) => !socket.destroyed).length).toBeGreaterThan(0);
    });

    test("has six keys to try", async () => {
      const server = await listen();
      let tried = 0;
      const client = new ssh2.Client().on("error", () => {});
      const closed = new Promise<void>((done) => client.once("close", () => done()));
      client.connect({
        host: "127.0.0.1",
        port: server.port,
        username: "mia",
        authHandler: (_methods, _partial, next) => {
          tried += 1;
          next({
            type: "publickey",
            username: "mia",
            key: newKeyPair().private,
          });
        },
      });
      await closed;
      expect(refused).toEqual([...Array.from({ length: 6 }, () => "key"), "attempts"]);
      expect(tried).toBeGreaterThanOrEqual(6);
      expect(await whoami(server)).toContain(email);
    });

    test("may send anything: it costs the server nothing but that connection", async () => {
      const server = await listen();
      const noise = ["GET / HTTP/1.1\r\n\r\n", "SSH-1.5-old\r\n", "\0".repeat(70_000)];
      for (let seed = 1; seed <= 40; seed += 1) {
        const bytes = Buffer.from(
          Array.from({ length: 2000 }, (_, at) => (at * seed * 7919) % 251),
        );
        noise.push(`SSH-2.0-x\r\n${bytes.toString("latin1")}`);
      }
      await Promise.all(
        noise.map(async (text) => {
          const socket = connectSocket(server.port, "127.0.0.1").on("error", () => {});
          socket.end(Buffer.from(text, "latin1"));
          await once(socket.resume(), "close");
        }),
      );
      expect(await whoami(server)).toContain(email);
    });
  });

  describe("whoever is in", () => {
    test("has so many connections and channels", async () => {
      const server = await listen({ connectionsPerUser: 2, channelsPerConnection: 2 });
      const [one, two] = [await signedIn(server), await signedIn(server)];
      await shell(one);
      await shell(two);
      await shell(two);
      await expect(shell(two)).rejects.toThrow("open failure");
      await expect(signedIn(server)).rejects.toThrow("not let in");
      one.end();
      await once(one, "close");
      await until(async () => (await exec(await signedIn(server), "whoami")).includes("mia"));
    });

    test("is warned on the screen, and leaves it in good order when the time is over", async () => {
      const server = await listen({ warningMs: 3500 }, 4500);
      const seen = await shell(await signedIn(server));
      await seen.shows("its longest time is over");
      await seen.shows("Your session has reached its longest time.");
      expect(await seen.exit).toBe(4);
      expect(seen.written()).toContain("\x1b[?1049l");
    });

    test("may type a sequence, or paste, without an end: nothing is held up", async () => {
      const server = await listen();
      const typing = await shell(await signedIn(server));
      await typing.shows("No secret API keys yet.");
      typing.channel.write(`\x1b[${"1".repeat(1_000_000)}m`);
      typing.channel.write(`\x1b[200~${"p".repeat(1_000_000)}`);
      await typing.shows("More than 64 KiB were pasted");
      expect(await whoami(server)).toContain(email);
      typing.channel.write("\x1b[201~n");
      await typing.shows("Create secret API key");
    });

    test("may tell of any window and ask for anything: nobody else notices", async () => {
      const server = await listen();
      const client = await signedIn(server);
      const other = await shell(await signedIn(server));
      await other.shows("No secret API keys yet.");
      const wild = await shell(client, {
        cols: 4_000_000_000,
        rows: 4_000_000_000,
        width: 1,
        height: 1,
        term: "\x1b]0;x\x07".repeat(100),
      });
      for (const size of [0, 1, 19, 1000, 4_294_967_295]) {
        wild.channel.setWindow(size, size, size, size);
      }
      for (let byte = 0; byte < 256; byte += 1) wild.channel.write(Buffer.of(byte, 0x1b, byte));
      wild.channel.signal("KILL");
      client.openssh_noMoreSessions(() => {});
      await new Promise((answered) => client.forwardIn("0.0.0.0", 0, answered));
      await new Promise((answered) => client.forwardOut("1.1.1.1", 1, "127.0.0.1", 22, answered));
      const env = { LD_PRELOAD: "x", TERM: "\x1b[2J", ["A".repeat(10_000)]: "b".repeat(10_000) };
      const second = await signedIn(server);
      await new Promise((answered) => second.exec("'", { env, pty: true }, answered));
      await new Promise((answered) => second.subsys("sftp", answered));
      client.destroy();
      other.channel.write("n");
      await other.shows("Create secret API key");
      expect(await whoami(server)).toContain(email);
    });

    test.each([
      ["without a pseudo-terminal", false],
      ["in one", true],
    ])("has output that waits until it is read, %s, and then comes whole", async (_, pty) => {
      const lines = 8 * 1024;
      let written = 0;
      const server = await listen({}, undefined, async (_args, { out }) => {
        for (; written < lines; written += 1) await out("x".repeat(1023));
        return 0;
      });
      const client = await signedIn(server);
      const channel = await new Promise<ClientChannel>((opened, failed) => {
        const answer = (error: Error | undefined, made: ClientChannel) =>
          error === undefined ? opened(made) : failed(error);
        client.exec("anything", { pty }, answer);
      });
      await until(() => written > 0);
      // By then whatever did not wait would have written everything.
      await signedIn(server);
      expect(written).toBeLessThan(lines / 2);
      let bytes = 0;
      channel.on("data", (chunk: Buffer) => (bytes += chunk.length));
      await once(channel, "close");
      expect(bytes).toBe(lines * (pty ? 1025 : 1024));
    });

    test("leaves no command behind that waits to be read", async () => {
      const ended = Promise.withResolvers<unknown>();
      const server = await listen({}, undefined, async (_args, { out }) => {
        try {
          for (;;) await out("x".repeat(100_000));
        } catch (error) {
          ended.resolve(error);
          return 1;
        }
      });
      const client = await signedIn(server);
      await new Promise((opened) => client.exec("anything", opened));
      client.destroy();
      expect(await ended.promise).toMatchObject({ name: "NotWritten", code: "EPIPE" });
    });

    test("is told of a defect as one, which is logged, and of an outage as one, which is none", async () => {
      const defect = new TypeError("with something secret in it");
      let isAway = false;
      const server = await listen({}, undefined, async (args, console, openTerminal) => {
        if (!isAway) throw defect;
        const connect = () => Promise.reject(new CommandError("UNAVAILABLE", "Away."));
        return runProgram(args, { ...console, connect }, openTerminal);
      });
      const client = await signedIn(server);
      const errorOf = async () => {
        const channel = await new Promise<ClientChannel>((opened) => {
          client.exec("whoami", (_error, made) => opened(made));
        });
        let said = "";
        channel.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
        const [exitCode] = (await once(channel.resume(), "close")) as [number];
        return [exitCode, said];
      };
      expect(await errorOf()).toEqual([3, expect.stringContaining("The server's log tells more.")]);
      expect(defects.splice(0)).toEqual([defect]);
      isAway = true;
      expect(await errorOf()).toEqual([3, "Away.\n"]);
    });
  });
});
