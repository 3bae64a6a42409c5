import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Redacted } from "@latchkey/core";
import { z } from "zod";

// The login: which server, as whom, and the session token, in one file for its owner's eyes alone.

const shape = z.object({
  url: z.string(),
  email: z.string(),
  sessionToken: z.string().transform((token) => new Redacted(token)),
  expiresAt: z.string(),
});

export type Credentials = z.output<typeof shape>;

/** `null` where nobody is logged in, and where the file is not one of ours. */
export async function readCredentials(env: NodeJS.ProcessEnv): Promise<Credentials | null> {
  try {
    const parsed = shape.safeParse(JSON.parse(await readFile(fileOf(env), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The file appears whole, 0600, or not at all. */
export async function writeCredentials(
  env: NodeJS.ProcessEnv,
  { sessionToken, ...rest }: Credentials,
): Promise<void> {
  const file = fileOf(env);
  await mkdir(folderOf(env), { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify({ ...rest, sessionToken: sessionToken.reveal() })}\n`;
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}

export async function removeCredentials(env: NodeJS.ProcessEnv): Promise<void> {
  await rm(fileOf(env), { force: true });
}

function folderOf(env: NodeJS.ProcessEnv): string {
  const home = env["XDG_CONFIG_HOME"];
  return join(home === undefined || home === "" ? join(homedir(), ".config") : home, "latchkey");
}

function fileOf(env: NodeJS.ProcessEnv): string {
  return join(folderOf(env), "credentials.json");
}
