import type { LatchkeyClient, SshKey } from "@latchkey/client";
import { Command } from "commander";
import { escape } from "../format/escape.ts";
import { standingText } from "../format/ssh-key.ts";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { type Emails, emailsFor } from "./emails.ts";
import { command } from "./options.ts";
import type { Layout } from "./layout.ts";
import { readPublicKey, readPublicKeys } from "./read-public-key.ts";
import { type CommandOutput, type CommonOptions, runner, type Work } from "./run-command.ts";
import { table } from "./table.ts";
import { userIdOf } from "./user-id.ts";

// latchkey ssh-keys …: the public keys by which people sign in over SSH. One's own, unless an admin names another
// user.

export function sshKeysCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  const user = ["--user <email>", "whose, for admins (one's own)"] as const;

  return new Command("ssh-keys")
    .description("the public keys by which people come in over SSH")
    .addCommand(
      command("list", "list them")
        .option(...user)
        .action(async (options: CommonOptions & Whose) =>
          run(options, async ({ client, layout }) => {
            const keys = await client.sshKeys.list.query(await whose(client, options));
            if (keys.items.length === 0) return { json: keys, text: "", aside: "No SSH keys." };
            const emails = await emailsFor(client, options);
            return { json: keys, text: sshKeyTable(keys.items, layout, emails) };
          }),
        ),
    )
    .addCommand(
      command("add", "add one, from the file of a public key or from standard input (-)")
        .argument("<file>", "like ~/.ssh/id_ed25519.pub")
        .option(...user)
        .option("--label <label>", "what it is called (the key's own comment)")
        .option("--github-file", "the file is a list, like https://github.com/NAME.keys")
        .option("--no-proof", "don't sign with the private half to prove that it is yours")
        .action(async (file: string, options: AddOptions) =>
          run(options, (work) => add(work, file)),
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
type AddOptions = CommonOptions &
  Whose & { readonly label?: string; readonly githubFile?: true; readonly proof: boolean };

/** One key, or every accepted one of a list; says which are not, and why. */
async function add(work: Work<AddOptions>, file: string): Promise<CommandOutput> {
  const { console, options } = work;
  if (options.githubFile !== true) {
    const key = await addOne(work, await readPublicKey(console, file), file);
    return { json: key, text: "", aside: addedText(key) };
  }
  const { keys, refused } = await readPublicKeys(console, file);
  const items: SshKey[] = [];
  for (const publicKey of keys) items.push(await addOne(work, publicKey, file));
  return { json: { items }, text: "", aside: [...items.map(addedText), ...refused].join("\n") };
}

async function addOne(
  { client, console, options }: Work<AddOptions>,
  publicKey: string,
  file: string,
): Promise<SshKey> {
  const { label } = options;
  const target = await whose(client, options);
  const proof = options.proof && console.isLocal ? await prove() : null;
  return client.sshKeys.add.mutate({
    publicKey,
    ...(label === undefined ? {} : { label }),
    ...target,
    ...(proof === null ? {} : { proof }),
  });

  /** Only the user themself can. */
  async function prove() {
    const { userId } = await client.auth.whoami.query();
    if (target.userId !== undefined && target.userId !== userId) return null;
    const { proveSshKey } = await import("./prove-ssh-key.ts");
    const interactive = console.interactive && options.json !== true;
    const from = file === "-" ? null : file;
    const signer = { env: console.env, file: from, interactive };
    return proveSshKey(client, { publicKey, userId }, signer);
  }
}

function addedText({ fingerprint, proven, addedBy, userId }: SshKey): string {
  const added = `${escape(fingerprint)} is added.`;
  if (proven) return `${added} It is proven to be its user's.`;
  return addedBy === userId
    ? `${added} It is not proven to be yours: add it again where its private half is, or in your ssh-agent.`
    : `${added} It is not proven to be its user's: they can do that by adding it themselves.`;
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

function sshKeyTable(keys: readonly SshKey[], layout: Layout, emails: Emails): string {
  return table(
    [
      { head: "FINGERPRINT", cell: ({ fingerprint }) => fingerprint },
      { head: "LABEL", cell: ({ label }) => label, least: 12, drop: 1 },
      { head: "ADDED", cell: ({ createdAt }) => layout.near(createdAt), drop: 3 },
      { head: "LAST USED", cell: ({ lastUsedAt }) => layout.near(lastUsedAt), drop: 2 },
      { head: "PROOF", cell: (key) => standingText(key, emails), least: 10 },
    ],
    keys,
    layout.columns,
  );
}
