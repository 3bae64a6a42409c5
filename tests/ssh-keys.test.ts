import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SshKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { sshKeyVectors } from "../packages/core/test/vectors/read.ts";
import { withHeldInstallation } from "./support/installation.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

const [first, second] = sshKeyVectors.valid;
const held = withHeldInstallation();

describe("SSH keys by command", () => {
  test("are added from a file or standard input, listed and removed, and the log tells of it", async () => {
    const { run, json, events } = held();
    const file = join(await temporaryFolder(), "id_ed25519.pub");
    await writeFile(file, `${first?.line}\n`);
    const added = await json<SshKey>(["ssh-keys", "add", file]);
    expect(added).toMatchObject({ fingerprint: first?.fingerprint, label: "ada@ed25519-0" });
    const piped = await run(["ssh-keys", "add", "-", "--label", "Desk"], `${second?.line}\n`);
    expect([piped.code, piped.stdout]).toEqual([0, ""]);

    const listed = await run(["ssh-keys", "list"]);
    expect(listed.stdout).toMatch(/^SHA256:\S+\t/m);
    expect(listed.stdout).toContain(`${second?.fingerprint}\tDesk\t`);
    const { fingerprint } = added;
    expect(await json(["ssh-keys", "remove", fingerprint])).toEqual({ fingerprint });
    expect((await run(["ssh-keys", "remove", fingerprint])).code).toBe(1);

    const types = (await events("--limit", "3")).items.map(({ type }) => type);
    expect(types).toEqual(["ssh_key.removed", "ssh_key.added", "ssh_key.added"]);
  });

  test("come as a list too, like GitHub's: what is taken is added, the rest is told", async () => {
    const { run, json } = held();
    const weak = sshKeyVectors.weak[0]?.line ?? "";
    const bare = [first, second].map((key) => key?.line.split(" ").slice(0, 2).join(" "));
    const list = [...bare, weak].join("\n");
    const added = await run(["ssh-keys", "add", "-", "--github-file"], list);
    expect(added.code).toBe(0);
    expect(added.stderr).toContain(`${second?.fingerprint} is added.`);
    expect(added.stderr).toMatch(/Key 3 is left out\. .*Use 3072 or more/);
    const { items } = await json<{ items: SshKey[] }>(["ssh-keys", "list"]);
    expect(items.map(({ fingerprint }) => fingerprint)).toEqual(
      expect.arrayContaining([first?.fingerprint, second?.fingerprint]),
    );
    expect((await run(["ssh-keys", "add", "-", "--github-file"], weak)).code).toBe(2);
  });

  test("come in other formats and encodings, as other programs write them", async () => {
    const { run, json } = held();
    const folder = await temporaryFolder();
    const [type, base64] = (second?.line ?? "").split(" ");
    const rfc4716 = `---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: "desk"\r\n${base64}\r\n---- END SSH2 PUBLIC KEY ----\r\n`;
    const bigEndian = Buffer.from(`\uFEFF${type} ${base64} desk\r\n`, "utf16le").swap16();
    const written = [
      `\uFEFF${second?.line}\r\n`,
      rfc4716,
      Buffer.from(`\uFEFF${rfc4716}`, "utf16le"),
      bigEndian,
    ];
    for (const [at, content] of written.entries()) {
      const file = join(folder, `${at}.pub`);
      await writeFile(file, content);
      const added = await json<SshKey>(["ssh-keys", "add", file]);
      expect(added.fingerprint).toBe(second?.fingerprint);
      expect((await run(["ssh-keys", "add", "-"], content)).code).toBe(0);
    }
  });

  test("that hold a private half are refused, and nothing of them goes anywhere", async () => {
    const { run, json } = held();
    const before = await json(["audit", "head"]);
    const secret = "c2VjcmV0IGhhbGYgb2YgdGhlIGtleQ";
    const ppk = `PuTTY-User-Key-File-3: ssh-ed25519\r\nPrivate-Lines: 1\r\n${secret}\r\n`;
    const pem = `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`;
    const file = join(await temporaryFolder(), "id");
    for (const content of [
      ppk,
      pem,
      Buffer.from(`\uFEFF${ppk}`, "utf16le"),
      `${first?.line}\n${pem}`,
    ]) {
      await writeFile(file, content);
      for (const args of [[file], ["-"], ["-", "--github-file"], [file, "--github-file"]]) {
        const refused = await run(["ssh-keys", "add", ...args], content);
        expect([args, refused.code]).toEqual([args, 2]);
        expect(refused.stderr).toContain("private key: keep it to yourself");
        expect(refused.stderr + refused.stdout).not.toContain(secret);
      }
    }
    expect(await json(["audit", "head"])).toEqual(before);
  });

  test("that are none are refused with what to do, by 2 and without being read whole", async () => {
    const { run } = held();
    const weak = await run(["ssh-keys", "add", "-"], sshKeyVectors.weak[0]?.line ?? "");
    expect([weak.code, weak.stderr]).toEqual([2, expect.stringContaining("Use 3072 or more")]);
    const absent = await run(["ssh-keys", "add", "/nowhere/id_ed25519.pub"]);
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining("can't be read")]);
    const binary = await run(["ssh-keys", "add", process.execPath]);
    expect([binary.code, binary.stderr]).toEqual([2, expect.stringContaining("no public key")]);
  });
});
