import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Redacted } from "@latchkey/core";

// The login: which server, as whom, and the session token, in one small file for its owner's eyes alone.

export type Credentials = {
  readonly url: string;
  readonly email: string;
  readonly sessionToken: Redacted<string>;
  readonly expiresAt: string;
  /** Tells the server at the next login that somebody signed in from here before. */
  readonly device?: string | undefined;
};

/** `null` where nobody is logged in, and where the file is not one of ours. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials | null {
  try {
    return credentialsIn(JSON.parse(readFileSync(fileOf(env), "utf8")));
  } catch {
    return null;
  }
}

/** Looked at by hand: a terminal that joins a server has painted before a parser is loaded. */
function credentialsIn(file: Record<string, unknown> | null): Credentials | null {
  const { url, email, sessionToken, expiresAt, device } = file ?? {};
  if (typeof url !== "string" || typeof email !== "string") return null;
  if (typeof sessionToken !== "string" || typeof expiresAt !== "string") return null;
  const hint = typeof device === "string" ? { device } : {};
  return { url, email, sessionToken: new Redacted(sessionToken), expiresAt, ...hint };
}

/** The file appears whole, 0600, or not at all. */
export function writeCredentials(
  env: NodeJS.ProcessEnv,
  { sessionToken, ...rest }: Credentials,
): void {
  const file = fileOf(env);
  mkdirSync(folderOf(env), { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify({ ...rest, sessionToken: sessionToken.reveal() })}\n`;
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

export function removeCredentials(env: NodeJS.ProcessEnv): void {
  rmSync(fileOf(env), { force: true });
}

function folderOf(env: NodeJS.ProcessEnv): string {
  const home = env["XDG_CONFIG_HOME"];
  return join(home === undefined || home === "" ? join(homedir(), ".config") : home, "latchkey");
}

function fileOf(env: NodeJS.ProcessEnv): string {
  return join(folderOf(env), "credentials.json");
}
