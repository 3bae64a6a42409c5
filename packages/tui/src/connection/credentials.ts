import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Redacted } from "@latchkey/core";
import { baseFolder, requireOwn, StartRefused } from "@latchkey/server";
import { parseServerUrl } from "./server-url.ts";

// The login: which server, as whom, and the session token, in one small file that only its owner can read.

export type Credentials = {
  readonly url: string;
  readonly email: string;
  readonly sessionToken: Redacted<string>;
  readonly expiresAt: string;
  /** Shows the server at the next login that somebody signed in from here before. */
  readonly device?: string | undefined;
};

/**
 * The login, or `null` if nobody is logged in.
 *
 * @throws StartRefused naming a file that exists but can't be used: otherwise another installation would be used
 *   in its place
 */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials | null {
  const file = fileOf(env);
  if (file === null) return null;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
    requireOwn(file);
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new StartRefused(`Others can read the login. Run: chmod 600 '${file}'`);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A path below a file does not exist either.
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(`The login ${file} can't be read (${code}). Check its owner.`);
  }
  const credentials = credentialsIn(text);
  if (credentials !== null) return credentials;
  throw new StartRefused(
    `${file} is no login that can be read. Sign in again with latchkey login, or remove it.`,
  );
}

/** Parsed by hand: a terminal that joins a server has drawn before a parser is loaded. */
function credentialsIn(text: string): Credentials | null {
  try {
    // Editors on Windows put a byte order mark before it.
    const file = JSON.parse(text.replace(/^\uFEFF/, "")) as Record<string, unknown> | null;
    const { url, email, sessionToken, expiresAt, device } = file ?? {};
    if (typeof url !== "string" || typeof email !== "string") return null;
    if (typeof sessionToken !== "string" || typeof expiresAt !== "string") return null;
    const to = parseServerUrl(url);
    const hint = typeof device === "string" ? { device } : {};
    return { url: to, email, sessionToken: new Redacted(sessionToken), expiresAt, ...hint };
  } catch {
    return null;
  }
}

/**
 * The file appears completely, 0600, or not at all.
 *
 * @throws StartRefused if it can't be written
 */
export function writeCredentials(
  env: NodeJS.ProcessEnv,
  { sessionToken, ...rest }: Credentials,
): void {
  const file = fileOf(env);
  if (file === null) {
    throw new StartRefused("This account has no home folder. Name one with XDG_CONFIG_HOME.");
  }
  requireOwn(file);
  const text = `${JSON.stringify({ ...rest, sessionToken: sessionToken.reveal() })}\n`;
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(`The login can't be written to ${file} (${code}). Nobody is signed in.`);
  }
}

export function removeCredentials(env: NodeJS.ProcessEnv): void {
  const file = fileOf(env);
  if (file !== null) rmSync(file, { force: true });
}

function fileOf(env: NodeJS.ProcessEnv): string | null {
  const folder = baseFolder(env, "XDG_CONFIG_HOME");
  return folder === null ? null : join(folder, "latchkey", "credentials.json");
}
