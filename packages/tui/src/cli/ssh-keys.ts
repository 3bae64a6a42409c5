import { open } from "node:fs/promises";
import { describeError, readSshKeyLine } from "@latchkey/core";
import type { LatchkeyClient, SshKey } from "@latchkey/server/client";
import { Command } from "commander";
import { escape } from "../format/escape.ts";
import { readAll } from "./ask.ts";
import { usage } from "./command-error.ts";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import type { Paper } from "./paper.ts";
import { type Answer, type CommonOptions, runner } from "./run-command.ts";
import { table } from "./table.ts";
import { userIdOf } from "./user-id.ts";

// latchkey ssh-keys …: by which public keys people come in over SSH. One's own, unless an admin names
// somebody.

/** No public key is longer: a wrong file is told from a key without being read whole. */
const MAX_FILE_BYTES = 16 * 1024;

export function sshKeysCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  const user = ["--user <email>", "whose, for admins (one's own)"] as const;

  return new Command("ssh-keys")
    .description("the public keys by which people come in over SSH")
    .addCommand(
      command("list", "list them")
        .option(...user)
        .action(async (options: CommonOptions & Whose) =>
          run(options, async ({ client, paper }) => {
            const keys = await client.sshKeys.list.query(await whose(client, options));
            if (keys.items.length === 0) return { json: keys, text: "", aside: "No SSH keys." };
            return { json: keys, text: sshKeyTable(keys.items, paper) };
          }),
        ),
    )
    .addCommand(
      command("add", "add one, from the file of a public key or from standard input (-)")
        .argument("<file>", "like ~/.ssh/id_ed25519.pub")
        .option(...user)
        .option("--label <label>", "what it is called (the key's own comment)")
        .option("--github-file", "the file is a list, like https://github.com/NAME.keys")
        .action(async (file: string, options: AddOptions) =>
          run(options, async ({ client }) => {
            const text = file === "-" ? await readAll(console.stdin) : await readKey(console, file);
            if (options.githubFile === true) return addList(client, text, options);
            // Before anything is sent: it may be the file of a private key.
            const parsed = readSshKeyLine(text);
            if (!parsed.ok) throw usage(describeError(parsed.error));
            const key = await add(client, text, options);
            return { json: key, text: "", aside: `${key.fingerprint} is added.` };
          }),
        ),
    )
    .addCommand(
      command("remove", "remove one by its fingerprint, as list or ssh-keygen -l prints it")
        .argument("<fingerprint>")
        .action(async (fingerprint: string, options: CommonOptions) =>
          run(options, async ({ client }) => {
            const gone = await client.sshKeys.remove.mutate({ fingerprint });
            return { json: gone, text: "", aside: `${escape(gone.fingerprint)} is removed.` };
          }),
        ),
    );
}

type Whose = { readonly user?: string };
type AddOptions = CommonOptions & Whose & { readonly label?: string; readonly githubFile?: true };

async function add(
  client: LatchkeyClient,
  publicKey: string,
  { label, ...options }: AddOptions,
): Promise<SshKey> {
  const labelled = label === undefined ? {} : { label };
  return client.sshKeys.add.mutate({ publicKey, ...labelled, ...(await whose(client, options)) });
}

/** Every key of a list that is taken; says which are not, and why. */
async function addList(client: LatchkeyClient, list: string, options: AddOptions): Promise<Answer> {
  const lines = list.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const read = lines.map((line) => ({ line, parsed: readSshKeyLine(line) }));
  const refused = read.flatMap(({ parsed }, index) =>
    parsed.ok ? [] : [`Key ${index + 1} is left out. ${describeError(parsed.error)}`],
  );
  const good = read.filter(({ parsed }) => parsed.ok);
  if (good.length === 0)
    throw usage(["The list holds no key that is taken.", ...refused].join("\n"));
  const items: SshKey[] = [];
  for (const { line } of good) items.push(await add(client, line, options));
  const added = items.map(({ fingerprint }) => `${fingerprint} is added.`);
  return { json: { items }, text: "", aside: [...added, ...refused].join("\n") };
}

async function whose(
  client: LatchkeyClient,
  { user }: Whose,
): Promise<{ userId?: `user_${string}` }> {
  if (user === undefined) return {};
  const id = await userIdOf(client, user);
  if (id === "all") throw usage("--user: name one user, by their email.");
  return id === "me" ? {} : { userId: id };
}

async function readKey({ isLocal }: Console, path: string): Promise<string> {
  // Its files are the server's.
  if (!isLocal) throw usage("Over SSH a key comes from standard input: add -, and < its file.");
  const file = await open(path).catch(() => null);
  if (file === null) throw usage(`${path} can't be read. Give the file of a public key.`);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FILE_BYTES + 1), 0);
    if (bytesRead <= MAX_FILE_BYTES) return buffer.toString("utf8", 0, bytesRead);
  } catch {
    // A folder can be opened, but not read.
  } finally {
    await file.close();
  }
  throw usage(`${path} is no public key. Give a file like ~/.ssh/id_ed25519.pub.`);
}

function sshKeyTable(keys: readonly SshKey[], paper: Paper): string {
  return table(
    [
      { head: "FINGERPRINT", cell: ({ fingerprint }) => fingerprint },
      { head: "LABEL", cell: ({ label }) => label, least: 12, drop: 1 },
      { head: "ADDED", cell: ({ createdAt }) => paper.near(createdAt), drop: 3 },
      { head: "LAST USED", cell: ({ lastUsedAt }) => paper.near(lastUsedAt), drop: 2 },
    ],
    keys,
    paper.columns,
  );
}
