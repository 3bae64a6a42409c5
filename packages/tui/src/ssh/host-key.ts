import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { sshFingerprint } from "@latchkey/core";
import ssh2 from "ssh2";
import { CommandError } from "../connection/command-error.ts";

export type HostKey = {
  /** In OpenSSH's format. */
  readonly privateKey: string;
  /** As `ssh` shows it on the first connection. */
  readonly fingerprint: string;
};

/**
 * The server's host key, ed25519. Created if the file does not exist yet.
 *
 * @throws CommandError UNAVAILABLE if the file has none, or others may read it
 */
export async function readHostKey(file: string): Promise<HostKey> {
  const privateKey = (await readPrivately(file)) ?? (await make(file));
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw trouble(`${file} holds no private key that can be used. Move it away, and start again.`);
  }
  if (key.type !== "ssh-ed25519") {
    throw trouble(
      `${file} is no ed25519 key. Make one with ssh-keygen -t ed25519 -N "" -f ${file}.`,
    );
  }
  return { privateKey, fingerprint: sshFingerprint(key.getPublicSSH()) };
}

async function readPrivately(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw trouble(`Others may read ${file}. Close it to them: chmod 600 ${file}.`);
    }
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw trouble(`${file} can't be read (${code}). Fix that, or name another file.`);
  }
}

/**
 * A new ed25519 pair in OpenSSH's format. ssh2 drops the leading zeros that one public key in 256 has, which makes
 * it unreadable: such a pair is generated again.
 */
export function newKeyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "latchkey" });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

async function make(file: string): Promise<string> {
  const { private: made } = newKeyPair();
  try {
    await writeFile(file, made, { mode: 0o600, flag: "wx" });
    // A umask can only have restricted it further.
    await chmod(file, 0o600);
    return made;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another server has created it a moment ago.
    const other = code === "EEXIST" ? await readPrivately(file) : null;
    if (other !== null) return other;
    throw trouble(`${file} can't be written (${code}). Fix that, or name another file.`);
  }
}

function trouble(message: string): CommandError {
  return new CommandError("UNAVAILABLE", message);
}
