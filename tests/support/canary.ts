import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

// A secret goes everywhere it could go, by right and by mistake. Afterwards it is looked for.

/** Every command that takes something from outside, with a token in its place. `id` is of a key. */
export function misplaced(id: string, token: string): string[][] {
  return [
    ["keys", "verify"],
    ["keys", "verify", "--scope", "orders:read"],
    ["keys", "verify", "--scope", token],
    ["keys", "list"],
    ["keys", "list", "--search", token],
    ["keys", "list", "--cursor", token],
    ["keys", "list", "--owner", token],
    ["keys", "list", "--limit", token],
    ["keys", "list", "--sort", token],
    ["keys", "list", "--status", token],
    ["keys", "list", "--unused-for", token],
    ["keys", "create", "--title", "x", "--scope", token],
    ["keys", "create", "--title", "x", "--expires-in", token],
    ["keys", "show", id],
    ["keys", "show", token],
    ["keys", "rename", token, "--title", "x"],
    ["keys", "rename", id, "--title", "still findable"],
    ["keys", "revoke", token, "--yes"],
    ["keys", "revoke", id, "--in", token],
    ["keys", "rotate", token],
    ["keys", "delete", token, "--yes"],
    ["keys", "delete", id, "--yes"],
    ["audit", "list"],
    ["audit", "list", "--key", token],
    ["audit", "list", "--actor", token],
    ["audit", "list", "--type", token],
    ["audit", "list", "--limit", token],
    ["audit", "head"],
    ["audit", "verify"],
    ["audit", "verify", "--from-head", token],
    ["keys", token],
    [token],
    [`--${token}`],
    ["migrate"],
  ];
}

/** The forms in which a secret may show: as it is, a good part of it, and either as other text. */
function tracesOf(secret: string): string[] {
  return [secret, secret.slice(4, 24)].flatMap((part) => [
    part,
    encodeURIComponent(part),
    Buffer.from(part).toString("hex"),
    Buffer.from(part).toString("base64").replace(/=+$/, "").slice(0, -1),
  ]);
}

/** Which of these secrets a text shows a trace of, by their names. */
export function shownIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => tracesOf(secret).some((trace) => text.includes(trace)))
    .map(([name]) => name);
}

/** Every file below a folder, whatever its format, byte for byte as a text. */
export async function filesBelow(folder: string): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return { path, text: await readFile(path, "latin1") };
      }),
  );
}
