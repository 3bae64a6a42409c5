import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createClipboard, toolFor } from "../src/app/clipboard.ts";
import { clipboardSequence } from "../src/app/osc52.ts";

const TEXT = "sk_4fQa…9Zx1";
const plain = `\u001B]52;c;${Buffer.from(TEXT).toString("base64")}\u0007`;
const inTmux = `\u001BPtmux;\u001B${plain}\u001B\\`;

describe("the sequence for the terminal", () => {
  test.each([
    [{ TERM: "xterm-256color" }, plain],
    [{ TERM: "tmux-256color" }, plain + inTmux],
    [{ TERM: "screen-256color" }, plain + inTmux],
    [{ TERM: "xterm", TMUX: "/tmp/tmux-0/default,1,0" }, plain + inTmux],
    [{ TERM: "screen", STY: "1.pts-0.host" }, `${plain}\u001BP${plain}\u001B\\`],
  ])("under %j", (env, sequence) => {
    expect(clipboardSequence(TEXT, env)).toBe(sequence);
  });

  test("goes through GNU screen in pieces that it takes", () => {
    const written = clipboardSequence("x".repeat(2_000), { STY: "1" });
    const pieces = [...written.matchAll(/\u001BP([^]*?)\u001B\\/g)].map(([, piece = ""]) => piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(pieces.join("")).toBe(clipboardSequence("x".repeat(2_000), {}));
  });
});

describe("the program for the clipboard", () => {
  let folder: string;
  const put = async (name: string, script: string): Promise<void> => {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-clipboard-"));
    await put("wl-copy", `printf '%s' "$#" > "${folder}/arguments"; /bin/cat > "${folder}/taken"`);
    await put("xsel", "exit 1");
    await put("pbcopy", "exit 0");
    await writeFile(join(folder, "xclip"), "not executable");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("is one that fits the desktop and is in PATH", () => {
    const at = (name: string): string => join(folder, name);
    expect(toolFor("linux", { PATH: folder, WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" })).toEqual(
      [at("wl-copy")],
    );
    expect(toolFor("linux", { PATH: folder, DISPLAY: ":0" })).toEqual([
      at("xsel"),
      "--clipboard",
      "--input",
    ]);
    expect(toolFor("linux", { PATH: folder })).toBeNull();
    expect(toolFor("linux", { PATH: "/nowhere", WAYLAND_DISPLAY: "wayland-0" })).toBeNull();
    expect(toolFor("darwin", { PATH: folder })).toEqual([at("pbcopy")]);
  });

  test("is never one that only lies in the working directory", () => {
    const env = { WAYLAND_DISPLAY: "wayland-0", PATH: `.::${folder}` };
    expect(toolFor("linux", env)).toEqual([join(folder, "wl-copy")]);
    expect(toolFor("linux", { ...env, PATH: "." })).toBeNull();
  });

  const transport = async (env: NodeJS.ProcessEnv) => {
    const written: string[] = [];
    const stdout = { write: (text: string) => written.push(text) > 0 };
    const copy = createClipboard({
      stdin: process.stdin,
      stdout: stdout as unknown as NodeJS.WriteStream,
      env: { TERM: "xterm", PATH: folder, ...env },
    });
    return { by: await copy(TEXT), written: written.join("") };
  };

  test("gets the text on its standard input, no argument, and the terminal gets nothing", async () => {
    expect(await transport({ WAYLAND_DISPLAY: "wayland-0" })).toEqual({
      by: "wl-copy",
      written: "",
    });
    expect(await readFile(join(folder, "taken"), "utf8")).toBe(TEXT);
    expect(await readFile(join(folder, "arguments"), "utf8")).toBe("0");
  });

  test("may be xclip, told of which clipboard it is about", async () => {
    const own = await mkdtemp(join(tmpdir(), "latchkey-xclip-"));
    onTestFinished(() => rm(own, { recursive: true }));
    // The real one lives on behind, with what it took, and so does this until its folder is gone.
    const serve = `(while [ -e "${own}/xclip" ]; do /bin/sleep 0.05; done) &`;
    await writeFile(
      join(own, "xclip"),
      `#!/bin/sh\nprintf '%s' "$*" > "${own}/arguments"\n/bin/cat > "${own}/taken"\n${serve}\n`,
      { mode: 0o755 },
    );
    const env = { DISPLAY: ":0", PATH: `${own}:${folder}` };
    expect(await transport(env)).toEqual({ by: "xclip", written: "" });
    expect(await readFile(join(own, "taken"), "utf8")).toBe(TEXT);
    expect(await readFile(join(own, "arguments"), "utf8")).toBe("-selection clipboard");
  });

  test("is left alone over SSH, where its clipboard would be another computer's", async () => {
    const env = { WAYLAND_DISPLAY: "wayland-0", SSH_CONNECTION: "10.0.0.7 1 10.0.0.1 22" };
    expect(await transport(env)).toEqual({ by: null, written: plain });
  });

  test("that fails leaves it to the terminal", async () => {
    expect(await transport({ DISPLAY: ":0" })).toEqual({ by: null, written: plain });
  });
});
