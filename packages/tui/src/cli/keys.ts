import type { ApiKey, KeyUsage, LatchkeyClient } from "@latchkey/server/client";
import { Command } from "commander";
import { escape } from "../format/escape.ts";
import { exact } from "../format/time.ts";
import { confirm, readSecret } from "./ask.ts";
import { usage } from "./command-error.ts";
import type { Console } from "./console.ts";
import { emailsFor } from "./emails.ts";
import { keyDetail, keyTable } from "./key-text.ts";
import { command, duration, gather, oneOf, wholeNumber } from "./options.ts";
import { type Answer, type CommonOptions, runCommand } from "./run-command.ts";
import { userIdOf } from "./user-id.ts";

// latchkey keys …: each prints the output of the procedure of the same name.

export function keysCommand(console: Console, exit: (code: number) => void): Command {
  const run = async (
    options: CommonOptions,
    work: (client: LatchkeyClient) => Promise<Answer>,
  ): Promise<void> => exit(await runCommand(console, options, work));

  return new Command("keys")
    .description("issue, look at and end secret API keys")
    .addCommand(
      command("list", "list keys, newest first")
        .option("--search <text>", "in title or redacted token")
        .option(
          "--status <status>",
          "active, expired or revoked",
          oneOf("active", "expired", "revoked"),
        )
        .option("--owner <who>", "me, all or an email", "me")
        .option("--unused-for <duration>", "not used for so long, like 90d", duration)
        .option(
          "--sort <field>",
          "title, createdAt, updatedAt, revokedAt or expiresAt",
          oneOf("title", "createdAt", "updatedAt", "revokedAt", "expiresAt"),
        )
        .option("--order <order>", "asc or desc", oneOf("asc", "desc"))
        .option("--limit <n>", "how many, 1 to 100 (20)", wholeNumber)
        .option("--cursor <cursor>", "where the page before ended")
        .action(async (options: ListOptions) => run(options, (client) => list(client, options))),
    )
    .addCommand(
      command("create", "create a key; its token is printed alone on standard output, once")
        .requiredOption("--title <title>", "what will use it")
        .option(
          "--scope <scope>",
          "what it may do, like orders:read; several times; * if none",
          gather,
        )
        .option("--expires-in <duration>", "when it stops working, like 90d", duration)
        .action(async (options: CreateOptions) =>
          run(options, (client) => create(client, options)),
        ),
    )
    .addCommand(
      command("show", "show one key")
        .argument("<id>")
        .action(async (id: string, options: CommonOptions) =>
          run(options, (client) => show(client, options, id)),
        ),
    )
    .addCommand(
      command("rename", "change the title of a key")
        .argument("<id>")
        .requiredOption("--title <title>", "the new title")
        .action(async (id: string, options: CommonOptions & { title: string }) =>
          run(options, async (client) =>
            shown(client, options, await client.keys.rename.mutate({ id, title: options.title })),
          ),
        ),
    )
    .addCommand(
      command("revoke", "end a key, now or later; what has ended never works again")
        .argument("<id>")
        .option("--in <duration>", "only after so long, like 1h", duration)
        .option("--cancel", "take a scheduled revocation back")
        .option("--yes", "don't ask")
        .action(async (id: string, options: RevokeOptions) =>
          run(options, (client) => revoke(console, client, id, options)),
        ),
    )
    .addCommand(
      command("rotate", "put a new key in the place of one; its token is printed alone, once")
        .argument("<id>")
        .option(
          "--grace <duration>",
          "how long the old one still works, like 24h (not at all)",
          duration,
        )
        .action(async (id: string, options: CommonOptions & { grace?: number }) =>
          run(options, (client) => rotate(client, id, options.grace ?? 0)),
        ),
    )
    .addCommand(
      command("delete", "remove a revoked key; its history stays in the log")
        .argument("<id>")
        .option("--yes", "don't ask")
        .action(async (id: string, options: CommonOptions & { yes?: true }) =>
          run(options, (client) => remove(console, client, id, options.yes === true)),
        ),
    )
    .addCommand(
      command("verify", "check the token on standard input; exits with 0 only if it is VALID")
        .option("--scope <scope>", "what it must be allowed to do; several times", gather)
        .action(async (options: CommonOptions & { scope?: string[] }) =>
          run(options, (client) => verify(console, client, options.scope)),
        ),
    );
}

type ListOptions = CommonOptions & {
  readonly search?: string;
  readonly status?: "active" | "expired" | "revoked";
  readonly owner: string;
  readonly unusedFor?: number;
  readonly sort?: "title" | "createdAt" | "updatedAt" | "revokedAt" | "expiresAt";
  readonly order?: "asc" | "desc";
  readonly limit?: number;
  readonly cursor?: string;
};
type CreateOptions = CommonOptions & {
  readonly title: string;
  readonly scope?: string[];
  readonly expiresIn?: number;
};
type RevokeOptions = CommonOptions & {
  readonly in?: number;
  readonly cancel?: true;
  readonly yes?: true;
};

async function list(client: LatchkeyClient, options: ListOptions): Promise<Answer> {
  const { search, status, unusedFor, sort, order, limit, cursor } = options;
  const now = new Date();
  const page = await client.keys.list.query({
    owner: await userIdOf(client, options.owner),
    ...(search === undefined ? {} : { search }),
    ...(status === undefined ? {} : { status }),
    ...(unusedFor === undefined ? {} : { lastUsedBefore: before(now, unusedFor) }),
    ...(sort === undefined ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  if (page.items.length === 0) return { json: page, text: "", aside: "No keys." };
  const total = page.totalIsCapped ? `${page.total.toLocaleString("en")}+` : String(page.total);
  const more = page.nextCursor === null ? "" : ` More with --cursor ${page.nextCursor}`;
  const owners = options.owner === "me" ? undefined : await emailsFor(client, options);
  return {
    json: page,
    text: keyTable(page.items, now, owners),
    aside: `${page.items.length} of ${total}.${more}`,
  };
}

async function create(client: LatchkeyClient, options: CreateOptions): Promise<Answer> {
  const { title, scope, expiresIn } = options;
  const expiresAt = expiresIn === undefined ? undefined : before(new Date(), -expiresIn);
  const created = await client.keys.create.mutate({
    title,
    ...(scope === undefined ? {} : { scopes: [...scope] }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  const { id } = created.key;
  return {
    json: created,
    text: created.token,
    aside: `Created ${id}. Store its token now: this is the only time it is shown.`,
  };
}

async function revoke(
  console: Console,
  client: LatchkeyClient,
  id: string,
  options: RevokeOptions,
): Promise<Answer> {
  if (options.cancel === true) {
    if (options.in !== undefined) throw usage("Use either --in or --cancel.");
    const key = await client.keys.cancelRevocation.mutate({ id });
    return { json: key, text: "", aside: `${named(key)} keeps working.` };
  }
  const inSeconds = options.in ?? 0;
  if (options.yes !== true) {
    const key = await client.keys.get.query({ id });
    const when =
      inSeconds === 0
        ? "at once, everywhere"
        : `at ${exact(new Date(Date.now() + inSeconds * 1000))}`;
    const question = `${named(key)} stops working ${when}. ${inSeconds === 0 ? "This can't be undone. " : ""}Revoke API key?`;
    if (!(await confirm(console, question, false))) return nothingDone(key);
  }
  const key = await client.keys.revoke.mutate({ id, inSeconds });
  const at = exact(new Date(key.revokedAt as string));
  const aside =
    key.status === "revoked" ? `Revoked ${named(key)}.` : `${named(key)} revokes at ${at}.`;
  return { json: key, text: "", aside };
}

async function rotate(client: LatchkeyClient, id: string, graceSeconds: number): Promise<Answer> {
  const rotated = await client.keys.rotate.mutate({ id, graceSeconds });
  const { key, previous } = rotated;
  const old =
    previous.status === "revoked"
      ? "The old one no longer works."
      : `The old one works until ${exact(new Date(previous.revokedAt as string))}.`;
  return {
    json: rotated,
    text: rotated.token,
    aside: `Created ${key.id} in place of ${previous.id}. ${old} Store the new token now: this is the only time it is shown.`,
  };
}

async function remove(
  console: Console,
  client: LatchkeyClient,
  id: string,
  yes: boolean,
): Promise<Answer> {
  if (!yes) {
    const key = await client.keys.get.query({ id });
    const question = `Delete ${named(key)}? This can't be undone; its history stays in the log.`;
    if (!(await confirm(console, question, false))) return nothingDone(key);
  }
  const deleted = await client.keys.delete.mutate({ id });
  return { json: deleted, text: "", aside: `Deleted ${id}. Its history stays in the log.` };
}

async function verify(
  console: Console,
  client: LatchkeyClient,
  scopes: readonly string[] | undefined,
): Promise<Answer> {
  const token = await readSecret(console, "Paste the token, then press Enter: ");
  const outcome = await client.keys.verify.mutate({
    token,
    ...(scopes === undefined ? {} : { scopes: [...scopes] }),
  });
  if (outcome.outcome !== "VALID") return { json: outcome, text: outcome.outcome, exitCode: 1 };
  const aside = `${outcome.keyId} ${escape(outcome.title)}`;
  return { json: outcome, text: outcome.outcome, aside };
}

async function show(client: LatchkeyClient, options: CommonOptions, id: string): Promise<Answer> {
  const [key, usage] = await Promise.all([
    client.keys.get.query({ id }),
    options.json === true ? undefined : client.keys.usage.query({ id }),
  ]);
  return shown(client, options, key, usage);
}

async function shown(
  client: LatchkeyClient,
  options: CommonOptions,
  key: ApiKey,
  usage?: KeyUsage,
): Promise<Answer> {
  const emails = await emailsFor(client, options);
  return { json: key, text: keyDetail(key, new Date(), emails, usage) };
}

function nothingDone(key: ApiKey): Answer {
  return { json: key, text: "", aside: "Nothing was changed.", exitCode: 1 };
}

function named({ title, redacted }: ApiKey): string {
  return `${escape(title)} (${redacted})`;
}

function before(now: Date, seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString();
}
