import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../src/cli/program.ts";
import { pipedConsole } from "./piped-console.ts";

// The scripts, in the shells that are installed here. bash is everywhere.

const run = promisify(execFile);
const isInstalled = (shell: string): boolean => {
  try {
    execFileSync(shell, ["-c", ":"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

let folder: string;
const scriptFor = (shell: string): string => join(folder, shell);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-completion-"));
  for (const shell of ["bash", "zsh", "fish"]) {
    const { console, out } = pipedConsole();
    const code = await runProgram(["completion", shell], console, async () => 9);
    if (code !== 0) throw new Error(`latchkey completion ${shell}: ${code}`);
    await writeFile(scriptFor(shell), out());
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** What each shell offers once Tab is pressed behind these words; the last one is begun. */
const offers: Readonly<Record<string, (words: readonly string[]) => Promise<string[]>>> = {
  async bash(words) {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _latchkey
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf(
      await run("bash", ["--norc", "-c", script, "bash", scriptFor("bash"), ...words]),
    );
  },
  async fish(words) {
    const script = "source $argv[1]; complete -C $argv[2]";
    const observer = await run("fish", [
      "--no-config",
      "-c",
      script,
      scriptFor("fish"),
      words.join(" "),
    ]);
    return linesOf(observer).map((line) => line.split("\t")[0] ?? "");
  },
  async zsh(words) {
    // Its completion system runs on a terminal alone, so what it would be told is written down instead.
    const script = `
      compdef() { : }
      compset() { PREFIX=\${PREFIX#*=} }
      compadd() { shift; print -l -- $@ }
      _describe() { local -a items=(\${(P)@[-1]}); print -l -- \${items%%:*} }
      source $1; shift
      words=("$@"); CURRENT=$#; PREFIX=$words[-1]; _latchkey`;
    const observer = await run("zsh", ["-f", "-c", script, "zsh", scriptFor("zsh"), ...words]);
    return linesOf(observer).filter((line) => line.startsWith(words.at(-1) ?? ""));
  },
};

function linesOf({ stdout }: { readonly stdout: string }): string[] {
  return stdout.split("\n").filter((line) => line !== "");
}

for (const shell of ["bash", "zsh", "fish"]) {
  describe.skipIf(!isInstalled(shell))(`in ${shell}`, () => {
    const offered = (...words: string[]): Promise<string[]> =>
      (offers[shell] as (words: readonly string[]) => Promise<string[]>)(words);

    test("commands are completed", async () => {
      expect(await offered("latchkey", "k")).toEqual(["keys"]);
      expect(await offered("latchkey", "keys", "re")).toEqual(
        expect.arrayContaining(["rename", "revoke"]),
      );
      expect(await offered("latchkey", "audit", "h")).toContain("head");
      expect(await offered("latchkey", "completion", "z")).toEqual(["zsh"]);
    });

    test("so are the flags of the command at hand, and no others", async () => {
      const flags = await offered("latchkey", "keys", "list", "--s");
      expect(flags.toSorted()).toEqual(["--search", "--sort", "--status"]);
      expect(await offered("latchkey", "keys", "create", "--sta")).toEqual([]);
    });

    test("so are the words that a flag takes", async () => {
      expect(await offered("latchkey", "keys", "list", "--status", "re")).toEqual(["revoked"]);
      expect(await offered("latchkey", "users", "add", "--role", "")).toEqual(
        expect.arrayContaining(["admin", "member", "service"]),
      );
      expect(await offered("latchkey", "audit", "list", "--type", "key.rot")).toEqual([
        "key.rotated",
      ]);
    });

    test("what a flag was given is not taken for a command", async () => {
      const words = [
        "latchkey",
        "--data-dir",
        "audit",
        "keys",
        "create",
        "--title",
        "keys",
        "--exp",
      ];
      expect(await offered(...words)).toEqual(["--expires-in"]);
    });
  });
}

test("bash takes --flag=word apart, and is followed", async () => {
  const words = ["latchkey", "keys", "list", "--status", "=", "act"];
  expect(await offers["bash"]?.(words)).toEqual(["active"]);
});

test("what is no shell is named with those that are", async () => {
  const { console, err } = pipedConsole();
  expect(await runProgram(["completion", "tcsh"], console, async () => 9)).toBe(2);
  expect(err()).toContain("bash, zsh, fish");
});
