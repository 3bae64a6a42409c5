import { once } from "node:events";
import { type AddressInfo, connect, Socket } from "node:net";
import { parseSshPublicKey } from "@latchkey/core";
import ssh2, { type ClientChannel } from "ssh2";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { until } from "@latchkey/testing/until";
import type { RunProgram } from "../src/cli/console.ts";
import { BOUNDS, type SshBounds } from "../src/ssh/bounds.ts";
import { newKeyPair } from "../src/ssh/host-key.ts";
import { limitClient } from "../src/ssh/limit-client.ts";
import { type SshOptions, listenForSsh } from "../src/ssh/ssh-server.ts";
import { unprovenConnections } from "../src/ssh/unproven.ts";
import { packet, string } from "@latchkey/testing/ssh/packet";
import { rawOf, received, send, signedIn } from "@latchkey/testing/ssh/raw-ssh";
import { idleSession } from "./ssh-session.ts";

// What a signed-in client may take of the SSH server: raw packets, since ssh2 as a client keeps to what
// ssh2 as a server does not ask for. Nobody signs in to more than this.

const hostKey = newKeyPair();
const hers = newKeyPair();
const parsed = parseSshPublicKey(hers.public);
const herFingerprint = parsed.ok ? parsed.value.fingerprint : "";

const GLOBAL_REQUEST = 80;
const CHANNEL_OPEN = 90;
const CHANNEL_DATA = 94;
const CHANNEL_EXTENDED_DATA = 95;
const CHANNEL_REQUEST = 98;
const WINDOW_BYTES = 2 * 1024 * 1024;
const ALL_OF_IT = 2 ** 32 - 1;

/** A server that knows one person, by one key. */
async function listen(
  bounds: Partial<SshBounds> = {},
  {
    runProgram = async () => 0,
    sessionMs = 60_000,
  }: { runProgram?: RunProgram; sessionMs?: number } = {},
) {
  const refused: string[] = [];
  const defects: unknown[] = [];
  let sessions = 0;
  const endSession = new Set<() => void>();
  const gateway: SshOptions["gateway"] = {
    authorizedKey: async (fingerprint) => (fingerprint === herFingerprint ? hers.public : null),
    begin: async () => {
      sessions += 1;
      let isOpen = true;
      const over = Promise.withResolvers<void>();
      endSession.add(over.resolve);
      return idleSession({
        over: over.promise,
        expiresAt: new Date(Date.now() + sessionMs),
        close: async () => {
          if (isOpen) sessions -= 1;
          isOpen = false;
        },
      });
    },
    refused: (why) => refused.push(why),
    defect: (error) => defects.push(error),
  };
  const server = await listenForSsh({
    gateway,
    privateKey: hostKey.private,
    host: "127.0.0.1",
    port: 0,
    runProgram,
    now: () => new Date(),
    bounds,
  });
  onTestFinished(async () => {
    await server.close();
    expect(defects).toEqual([]);
  });
  return {
    port: server.port,
    refused,
    sessions: () => sessions,
    endSessions: () => {
      for (const end of endSession) end();
    },
    enter: () => signedIn(server.port, hers.private),
  };
}

type Client = Awaited<ReturnType<typeof signedIn>>;

const session = (channel: number, window: number, packetBytes: number) =>
  packet(CHANNEL_OPEN, string("session"), channel, window, packetBytes);

const execOn = (channel: number, line: string) =>
  packet(CHANNEL_REQUEST, channel, string("exec"), Buffer.of(1), string(line));

async function exec(client: Client, line = "x"): Promise<ClientChannel> {
  return new Promise((opened, failed) => {
    client.exec(line, (error, channel) => (error === undefined ? opened(channel) : failed(error)));
  });
}

/** Runs until its channel is closed, and reads nothing. */
const waits: RunProgram = (_, { onInterrupt }) =>
  new Promise((ended) => void onInterrupt(() => ended(0)));

describe("a channel", () => {
  test.each([0, 1, 1023])("of packets of %i bytes at most is not opened", async (bytes) => {
    const { enter } = await listen();
    const client = await enter();
    const answers = received(client, "CHANNEL_OPEN_FAILURE", "CHANNEL_OPEN_CONFIRMATION");
    send(client, session(0, WINDOW_BYTES, bytes));
    await until(() => answers.length > 0);
    expect(answers[0]).toMatchObject({
      name: "CHANNEL_OPEN_FAILURE",
      values: [0, 1, expect.stringContaining("1024")],
    });
  });

  test("of packets of 1,024 bytes gets all that is written, whatever its window", async () => {
    const { enter } = await listen(
      {},
      {
        runProgram: async (_, { out, err }) => {
          await out("o".repeat(100_000));
          err("e".repeat(100_000));
          return 0;
        },
      },
    );
    const client = await enter();
    const answers = received(client, "CHANNEL_DATA", "CHANNEL_EXTENDED_DATA", "CHANNEL_CLOSE");
    send(client, session(0, ALL_OF_IT, 1024));
    send(client, execOn(0, "x"));
    const bytesOf = (type: string) => {
      const pieces = answers.filter(({ name }) => name === type).map(({ values }) => values[1]);
      return (pieces as Buffer[]).map(({ length }) => length);
    };
    await until(() => answers.some(({ name }) => name === "CHANNEL_CLOSE"));
    for (const type of ["CHANNEL_DATA", "CHANNEL_EXTENDED_DATA"]) {
      expect(bytesOf(type).reduce((sum, length) => sum + length, 0)).toBe(100_001);
      expect(Math.max(...bytesOf(type))).toBeLessThanOrEqual(1024);
    }
  });

  test.each([
    ["that a program reads nothing of", CHANNEL_DATA, true],
    ["on which nothing runs", CHANNEL_DATA, false],
    ["that is for no program", CHANNEL_EXTENDED_DATA, true],
  ])("with more data than there was room for, %s, ends the connection", async (_, type, runs) => {
    const { enter, refused, sessions } = await listen({}, { runProgram: waits });
    const client = await enter();
    received(client, "CHANNEL_WINDOW_ADJUST");
    send(client, session(0, WINDOW_BYTES, 32_768));
    if (runs) send(client, execOn(0, "x"));
    const data = string(Buffer.alloc(32_000));
    const kind = type === CHANNEL_EXTENDED_DATA ? [1] : [];
    for (let sent = 0; sent < 20 * WINDOW_BYTES; sent += 32_000) {
      send(client, packet(type, 0, ...kind, data));
    }
    expect(await client.ended).toContain("more than there was room for");
    expect(refused).toEqual(["flooded"]);
    await until(() => sessions() === 0);
  });

  test("may be filled to the brim by what a command does not read", async () => {
    const { enter } = await listen({}, { runProgram: waits });
    const client = await enter();
    send(client, session(0, WINDOW_BYTES, 32_768));
    send(client, execOn(0, "x"));
    for (let left = WINDOW_BYTES; left > 0; left -= 32_768) {
      send(client, packet(CHANNEL_DATA, 0, string(Buffer.alloc(32_768))));
    }
    const answers = received(client, "REQUEST_FAILURE");
    send(client, packet(GLOBAL_REQUEST, string("still-there"), Buffer.of(1)));
    await until(() => answers.length > 0);
    expect(answers).toHaveLength(1);
  });

  test.each([
    ["many", 8, 32_000, 3 * WINDOW_BYTES],
    ["in single bytes", 1, 1, WINDOW_BYTES],
  ])(
    "and others, %s, that keep too much unread end the connection",
    async (_, count, bytes, unreadBytes) => {
      const { enter, refused } = await listen({ unreadBytes }, { runProgram: waits });
      const client = await enter();
      received(client, "CHANNEL_WINDOW_ADJUST", "CHANNEL_OPEN_CONFIRMATION", "CHANNEL_SUCCESS");
      for (let channel = 0; channel < count; channel += 1) {
        send(client, session(channel, WINDOW_BYTES, 32_768));
        send(client, execOn(channel, "x"));
      }
      const data = string(Buffer.alloc(bytes));
      const pieces = Math.min(5_000, Math.floor(WINDOW_BYTES / bytes));
      for (let piece = 0; piece < pieces; piece += 1) {
        for (let channel = 0; channel < count; channel += 1) {
          send(client, packet(CHANNEL_DATA, channel, data));
        }
      }
      expect(await client.ended).toContain("more than is read");
      expect(refused).toEqual(["flooded"]);
    },
  );

  test("runs one program, and none after the end of its input", async () => {
    let started = 0;
    const { enter } = await listen(
      {},
      {
        runProgram: (...given) => {
          started += 1;
          return waits(...given);
        },
      },
    );
    const client = await enter();
    const answers = received(client, "CHANNEL_SUCCESS", "REQUEST_FAILURE");
    send(client, session(0, WINDOW_BYTES, 32_768));
    for (const line of ["one", "two"]) send(client, execOn(0, line));
    send(client, packet(CHANNEL_REQUEST, 0, string("shell"), Buffer.of(1)));
    send(client, session(1, WINDOW_BYTES, 32_768));
    send(client, packet(96, 1));
    send(client, execOn(1, "late"));
    send(client, packet(GLOBAL_REQUEST, string("still-there"), Buffer.of(1)));
    await until(() => answers.some(({ name }) => name === "REQUEST_FAILURE"));
    expect(started).toBe(1);
  });

  test("takes a command line of 16 KiB, and no longer one", async () => {
    const { enter } = await listen();
    const client = await enter();
    await expect(exec(client, "x".repeat(16 * 1024))).resolves.toBeDefined();
    await expect(exec(client, "x".repeat(16 * 1024 + 1))).rejects.toThrow("Unable to exec");
  });

  test("is one of ten on a connection, and of so many in a minute", async () => {
    const { enter } = await listen({ channelsPerMinute: 12 }, { runProgram: waits });
    const client = await enter();
    const open = await Promise.all(Array.from({ length: 10 }, () => exec(client)));
    await expect(exec(client)).rejects.toThrow("open failure");
    open[0]?.close();
    await until(() => exec(client).then(Boolean, () => false));
    await expect(exec(client)).rejects.toThrow("open failure");
  });

  test("that its client does not read lets its program wait, however big a window it announced", async () => {
    const chunk = "x".repeat(64 * 1024);
    let written = 0;
    const { enter } = await listen(
      {},
      {
        runProgram: async (_, { prompts }) => {
          while (written < 1000 * chunk.length && prompts.write(chunk)) written += chunk.length;
          return waits([], { onInterrupt: () => () => {} } as never, async () => 0);
        },
      },
    );
    const client = await enter();
    send(client, session(0, ALL_OF_IT, 32_768));
    rawOf(client).socket.pause();
    send(client, execOn(0, "x"));
    await until(() => written > 0);
    expect(written).toBeLessThan(100 * chunk.length);
  });
});

describe("a connection", () => {
  const windowChange = packet(
    CHANNEL_REQUEST,
    0,
    string("window-change"),
    Buffer.of(0),
    80,
    24,
    0,
    0,
  );
  const env = packet(CHANNEL_REQUEST, 0, string("env"), Buffer.of(1), string("LANG"), string("C"));
  const signal = packet(CHANNEL_REQUEST, 0, string("signal"), Buffer.of(0), string("INT"));
  const anything = packet(GLOBAL_REQUEST, string("anything"), Buffer.of(1));

  test.each([
    ["sizes of its window", windowChange],
    ["variables", env],
    ["signals", signal],
    ["global requests", anything],
    ["channels", session(7, WINDOW_BYTES, 32_768)],
    ["channels that can't be", session(7, WINDOW_BYTES, 1)],
    ["channels closed", packet(97, 0)],
  ])("that floods with %s ends", async (_, payload) => {
    const { enter, refused } = await listen({ requestsPerMinute: 200 }, { runProgram: waits });
    const client = await enter();
    send(client, session(0, WINDOW_BYTES, 32_768));
    received(
      client,
      "REQUEST_FAILURE",
      "CHANNEL_SUCCESS",
      "CHANNEL_FAILURE",
      "CHANNEL_OPEN_FAILURE",
    );
    received(client, "CHANNEL_OPEN_CONFIRMATION", "CHANNEL_CLOSE");
    for (let sent = 0; sent < 300; sent += 1) send(client, payload);
    expect(await client.ended).toContain("too much at once");
    expect(refused).toEqual(["flooded"]);
  });

  test("whose client asks and takes no answer ends", async () => {
    const sentences: string[] = [];
    const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (served) => {
      served.on("error", () => {}).on("authentication", (context) => context.accept());
      limitClient(served, { ...BOUNDS, unsentBytes: 4096 }, (sentence) => sentences.push(sentence));
      // As if its network took nothing.
      served.on("ready", () => rawOf(served).socket.cork());
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = await signedIn(port, hers.private);
    for (let sent = 0; sent < 1000; sent += 1) send(client, anything);
    await until(() => sentences.length > 0);
    expect(sentences).toEqual(["You do not read what is answered."]);
  });

  test("that changes its keys again and again ends", async () => {
    const { enter } = await listen({ rekeysPerMinute: 5 });
    const client = await enter();
    const again = () => rawOf(client).protocol.rekey();
    client.on("handshake", again);
    again();
    expect(await client.ended).toContain("keys too often");
  });

  test("is one of twenty of its person, whether or not it has a channel", async () => {
    const { enter, refused, sessions } = await listen();
    const clients = await Promise.all(Array.from({ length: 20 }, enter));
    await expect(enter()).rejects.toThrow("too many connections");
    expect(refused).toEqual(["crowded"]);
    expect(sessions()).toBe(20);
    clients[0]?.end();
    await until(() => sessions() === 19);
    await expect(enter()).resolves.toBeDefined();
  });

  describe("on which nothing runs for a minute ends", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());
    const MINUTE = 60_000;

    test("without a channel", async () => {
      const { enter, sessions } = await listen();
      const client = await enter();
      vi.advanceTimersByTime(MINUTE - 1);
      expect(sessions()).toBe(1);
      vi.advanceTimersByTime(1);
      expect(await client.ended).toContain("Nothing has run");
    });

    test("with a channel, but no program", async () => {
      const { enter } = await listen();
      const client = await enter();
      const answers = received(client, "CHANNEL_SUCCESS", "CHANNEL_OPEN_CONFIRMATION");
      send(client, session(0, WINDOW_BYTES, 32_768));
      const answered = once(rawOf(client).socket, "data");
      send(client, env);
      await answered;
      vi.advanceTimersByTime(MINUTE);
      expect(await client.ended).toContain("Nothing has run");
      expect(answers.length).toBeGreaterThan(0);
    });

    test("after its last program, whatever its client keeps open", async () => {
      let finish: (code: number) => void = () => {};
      const { enter, sessions } = await listen(
        {},
        {
          runProgram: () => new Promise<number>((ended) => (finish = ended)),
        },
      );
      const client = await enter();
      received(client, "CHANNEL_CLOSE", "CHANNEL_EOF");
      const channel = await exec(client);
      vi.advanceTimersByTime(10 * MINUTE);
      expect(sessions()).toBe(1);
      const exit = once(channel, "exit");
      finish(0);
      await exit;
      vi.advanceTimersByTime(MINUTE);
      expect(await client.ended).toContain("Nothing has run");
    });
  });

  test("ends with its session, with and without a program", async () => {
    const { enter, endSessions } = await listen({}, { runProgram: waits });
    const [idle, busy] = [await enter(), await enter()];
    const channel = await exec(busy);
    const code = once(channel, "exit");
    endSessions();
    expect(await idle.ended).toContain("Your session was ended");
    expect(await busy.ended).toContain("Your session was ended");
    expect((await code)[0]).toBe(4);
  });

  test("ends when its session has reached its longest time, whatever runs", async () => {
    const { enter } = await listen({}, { runProgram: waits, sessionMs: 100 });
    const client = await enter();
    await exec(client);
    expect(await client.ended).toContain("longest time");
  });

  test("whose client answers nothing any more ends", async () => {
    const { enter, sessions } = await listen({ keepaliveMs: 10 }, { runProgram: waits });
    const client = await enter();
    await exec(client);
    rawOf(client).socket.pause();
    await until(() => sessions() === 0);
    client.destroy();
    expect(sessions()).toBe(0);
  });

  test("is told whose account it came to before anything else", async () => {
    const { enter } = await listen();
    const client = await enter();
    expect(client.banners()).toEqual(["Signed in as mia@example.com\r\n"]);
  });
});

describe("connections without a proof", () => {
  const bounds = { unproven: 6, unprovenPerNetwork: 3, authenticateMs: 60_000 };
  const added = (...addresses: readonly string[]) => {
    const refused: (string | null)[] = [];
    const connections = unprovenConnections(bounds, (_, address) => refused.push(address));
    onTestFinished(connections.end);
    for (const address of addresses) connections.add(new Socket(), address);
    return refused;
  };

  test("from one IPv4 address: the oldest goes", () => {
    expect(added("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1")).toEqual([
      "192.0.2.1",
    ]);
  });

  test("from any addresses of one IPv6 network count together", () => {
    const one = [
      "2001:db8:0:1::1",
      "2001:db8:0:1:ffff::2",
      "2001:db8:0:1::3",
      "2001:DB8::1:9:9:9:9",
    ];
    expect(added(...one, "2001:db8:0:2::1", "2001:db8:0:3::1")).toEqual([one[0]]);
  });

  test("from anywhere: the oldest goes", () => {
    const many = Array.from({ length: 7 }, (_, at) => `192.0.2.${at}`);
    expect(added(...many)).toEqual([many[0]]);
  });

  test("that hold half a message are no exception", async () => {
    const { port, refused } = await listen({ authenticateMs: 50 });
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    socket.resume().write("SSH-2.0-x\r\n\0\0");
    await until(() => socket.closed);
    expect(refused).toEqual(["slow"]);
  });
});
