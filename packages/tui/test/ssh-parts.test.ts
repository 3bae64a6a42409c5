import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import fc from "fast-check";
import ssh2, { type ServerChannel } from "ssh2";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { channelTerminal } from "../src/ssh/channel-terminal.ts";
import { startClocks } from "../src/ssh/clocks.ts";
import { wordsOf } from "../src/cli/command-line.ts";
import { heldEscape } from "../src/ssh/held-escape.ts";
import { newKeyPair, readHostKey } from "../src/ssh/host-key.ts";
import { terminalEnvironment } from "../src/ssh/terminal-environment.ts";

describe("the words of a command", () => {
  test.each([
    ["keys list --json", ["keys", "list", "--json"]],
    ["  keys   list\t", ["keys", "list"]],
    [
      `keys create --title 'CI deploy' --scope "a:b"`,
      ["keys", "create", "--title", "CI deploy", "--scope", "a:b"],
    ],
    [`'it'\\''s' a\\ b "say \\"hi\\" \\n"`, ["it's", "a b", `say "hi" \\n`]],
    [`'' ""`, ["", ""]],
    ["$(reboot) `id` ; | > *", ["$(reboot)", "`id`", ";", "|", ">", "*"]],
    ["", []],
  ])("%s", (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  test("that were quoted as a shell quotes come out as they went in", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (words) => {
        const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
        expect(wordsOf(line)).toEqual(words);
      }),
    );
  });

  test.each(["'open", `"open`, "ends with \\"])(
    "a quote that does not end is refused: %s",
    (line) => {
      expect(() => wordsOf(line)).toThrow("does not end");
    },
  );
});

describe("keys that come in pieces", () => {
  const piecesOf = async (...pieces: string[]): Promise<string[]> => {
    const held = heldEscape();
    const heard: string[] = [];
    held.on("data", (chunk: Buffer) => heard.push(chunk.toString()));
    for (const piece of pieces) held.write(piece);
    held.end();
    await new Promise((done) => held.once("end", done));
    return heard;
  };

  test("a sequence that was cut anywhere arrives whole", async () => {
    for (const sequence of ["\x1b[A", "\x1bOP", "\x1b[1;5C", "\x1b[200~"]) {
      for (let cut = 1; cut < sequence.length; cut += 1) {
        const heard = await piecesOf(`j${sequence.slice(0, cut)}`, `${sequence.slice(cut)}k`);
        expect(heard.filter((piece) => piece !== "j")).toEqual([`${sequence}k`]);
      }
    }
  });

  test("a lone Escape arrives by itself, after a moment", async () => {
    const held = heldEscape();
    const heard = new Promise((done) => held.once("data", (chunk: Buffer) => done(String(chunk))));
    held.write("\x1b");
    expect(await heard).toBe("\x1b");
    held.destroy();
  });

  test("of a sequence without an end no more than 64 bytes are held", () => {
    const held = heldEscape();
    let heard = 0;
    held.on("data", (chunk: Buffer) => (heard += chunk.length));
    held.write("\x1b[");
    for (let digit = 0; digit < 10_000; digit += 1) held.write("1");
    expect(heard).toBeGreaterThanOrEqual(10_002 - 64);
    held.destroy();
  });

  test("letters of more than one byte stay whole", async () => {
    const bytes = Buffer.from("é🚀");
    const held = heldEscape();
    const heard: Buffer[] = [];
    held.on("data", (chunk: Buffer) => heard.push(chunk));
    for (const byte of bytes) held.write(Buffer.of(byte));
    held.end();
    await new Promise((done) => held.once("end", done));
    expect(Buffer.concat(heard).toString()).toBe("é🚀");
  });
});

describe("a terminal at the other end of a channel", () => {
  const channelTo = (write: (chunk: string, done: () => void) => void) =>
    new Duplex({
      read() {},
      write: (chunk: Buffer, _, done) => write(chunk.toString(), done),
    }) as unknown as ServerChannel;

  test("gets lines that begin at the left, and sizes that can be drawn", async () => {
    const written: string[] = [];
    const channel = channelTo((chunk, done) => {
      written.push(chunk);
      done();
    });
    const wild = { columns: 4_000_000_000, rows: 0 };
    const { stdout, resize, flush } = channelTerminal(channel, wild, () => {});
    expect([stdout.columns, stdout.rows]).toEqual([400, 24]);
    let resized = 0;
    stdout.on("resize", () => (resized += 1));
    resize({ columns: 1, rows: 1 });
    expect([stdout.columns, stdout.rows, resized]).toEqual([20, 6, 1]);
    stdout.write("one\ntwo\r\n");
    await flush();
    expect(written.join("")).toBe("one\r\ntwo\r\n");
    channel.destroy();
  });

  test("that is resized again and again is drawn anew for the first size, and then for the last", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const channel = channelTo((_, done) => done());
    const { stdout, resize } = channelTerminal(channel, { columns: 80, rows: 24 }, () => {});
    const sizes: number[] = [];
    stdout.on("resize", () => sizes.push(stdout.columns));
    for (let columns = 81; columns <= 300; columns += 1) resize({ columns, rows: 24 });
    expect(sizes).toEqual([81]);
    vi.advanceTimersByTime(1000);
    expect(sizes).toEqual([81, 300]);
    resize({ columns: 300, rows: 24 });
    vi.advanceTimersByTime(1000);
    expect(sizes).toEqual([81, 300]);
    channel.destroy();
  });

  test("that does not read what is written is told of once it is too much", async () => {
    const channel = channelTo(() => {});
    const flooded = new Promise<void>((observer) => {
      const { stdout } = channelTerminal(channel, { columns: 80, rows: 24 }, observer);
      for (let written = 0; written < 3 * 1024; written += 1) stdout.write("x".repeat(1024));
    });
    await expect(flooded).resolves.toBeUndefined();
    channel.destroy();
  });
});

test("of its environment a client may tell what a terminal is like, and no more", () => {
  const { env, set } = terminalEnvironment();
  expect(set("COLORTERM", "truecolor")).toBe(true);
  expect(set("LATCHKEY_THEME", "light")).toBe(true);
  for (const name of ["PATH", "LD_PRELOAD", "DATABASE_URL", "LATCHKEY_TOKEN", "__proto__"]) {
    expect(set(name, "x")).toBe(false);
  }
  expect(set("TERM", "x".repeat(1000))).toBe(false);
  expect(set("TERM", "a\nb")).toBe(false);
  for (let at = 0; at < 1000; at += 1)
    set(`LC_${String.fromCharCode(65 + (at % 26), 65 + (at % 25))}`, "C");
  expect(Object.keys(env).length).toBeLessThanOrEqual(20);
});

describe("the host key", () => {
  test("can be read, whatever it begins with", () => {
    // Of so many, some begin with a zero.
    for (let made = 0; made < 2000; made += 1) {
      expect(ssh2.utils.parseKey(newKeyPair().private)).not.toBeInstanceOf(Error);
    }
  });

  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), "latchkey-host-key-"));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  };

  test("is made on first sight, for its owner's eyes alone, and stays", async () => {
    const file = join(await folder(), "ssh_host_ed25519_key");
    const [one, two] = await Promise.all([readHostKey(file), readHostKey(file)]);
    expect(two).toEqual(one);
    expect(one.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readHostKey(file)).toEqual(one);
  });

  test("that others may read, or that is none, is refused with what to do", async () => {
    const file = join(await folder(), "key");
    await writeFile(file, "no key at all", { mode: 0o600 });
    await expect(readHostKey(file)).rejects.toThrow("holds no private key");
    await chmod(file, 0o644);
    await expect(readHostKey(file)).rejects.toThrow("chmod 600");
    await expect(readHostKey("/proc/nowhere/key")).rejects.toThrow("can't be written");
  });
});

describe("the time that somebody may stay", () => {
  const MINUTE = 60_000;
  const started = (minutes: number) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const observer: string[] = [];
    const clocks = startClocks({
      now: () => new Date(),
      expiresAt: new Date(Date.now() + minutes * MINUTE),
      bounds: { idleMs: 30 * MINUTE, warningMs: MINUTE },
      warn: (text) => observer.push(text),
      leave: ({ sentence }) => observer.push(sentence),
    });
    return { ...clocks, observer };
  };

  test("without a key: a warning a minute before; each key begins it anew", () => {
    const { touch, observer, stop } = started(1000);
    vi.advanceTimersByTime(29 * MINUTE - 1);
    expect(observer).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(observer).toEqual(["This session ends in a minute unless you press a key."]);
    touch();
    vi.advanceTimersByTime(29 * MINUTE);
    expect(observer).toHaveLength(2);
    vi.advanceTimersByTime(MINUTE);
    expect(observer.at(-1)).toMatch(/^You were away for long/);
    stop();
  });

  test("in all: whatever is pressed", () => {
    const { touch, observer, stop } = started(10);
    for (let second = 0; second < 600; second += 1) {
      touch();
      vi.advanceTimersByTime(1000);
    }
    expect(observer).toEqual([
      "This session ends in a minute: its longest time is over.",
      expect.stringMatching(/reached its longest time/),
    ]);
    stop();
  });
});
