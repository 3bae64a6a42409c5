import { keySorts, keyStatuses } from "@latchkey/core";
import { Command } from "commander";
import type { Console } from "./console.ts";
import { deleteKey, type RevokeOptions, revokeKey } from "./keys/end-key.ts";
import { listKeys, type ListOptions } from "./keys/list-keys.ts";
import { type CreateOptions, createKey, rotateKey } from "./keys/make-key.ts";
import { renameKey, showKey } from "./keys/show-key.ts";
import { verifyToken } from "./keys/verify-token.ts";
import { watchKeys } from "./keys/watch-keys.ts";
import { choice, command, duration, gather, wholeNumber } from "./options.ts";
import { type CommonOptions, runner } from "./run-command.ts";

// latchkey keys …: each prints the output of the procedure of the same name. On a terminal it asks for what is
// missing.

export function keysCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  const ofOneKey = (name: string, description: string): Command =>
    command(name, description).argument("[id]", "the key; asked for where it is missing");

  return new Command("keys")
    .description("issue, look at and end secret API keys")
    .addCommand(
      command("list", "list keys, newest first")
        .option("--search <text>", "in title or redacted token")
        .addOption(choice("--status <status>", "active, expired or revoked", keyStatuses))
        .option("--owner <who>", "me, all or an email", "me")
        .option("--unused-for <duration>", "not used for so long, like 90d", duration)
        .addOption(
          choice("--sort <field>", "title, createdAt, updatedAt, revokedAt or expiresAt", keySorts),
        )
        .addOption(choice("--order <order>", "asc or desc", ["asc", "desc"]))
        .option("--limit <n>", "how many, 1 to 100 (20)", wholeNumber)
        .option("--cursor <cursor>", "where the page before ended")
        .option("--watch", "stay, and show every change until Ctrl-C")
        .action(async (options: ListOptions) =>
          run(options, options.watch === true ? watchKeys : listKeys),
        ),
    )
    .addCommand(
      command("create", "create a key; its token is printed alone on standard output, once")
        .option("--title <title>", "what will use it")
        .option(
          "--scope <scope>",
          "what it may do, like orders:read; several times; * if none",
          gather,
        )
        .option("--expires-in <duration>", "when it stops working, like 90d", duration)
        .action(async (options: CreateOptions) =>
          run(options, createKey, { "--title": options.title }),
        ),
    )
    .addCommand(
      ofOneKey("show", "show one key").action(
        async (id: string | undefined, options: CommonOptions) =>
          run(options, (work) => showKey(work, id), { "The key's id": id }),
      ),
    )
    .addCommand(
      ofOneKey("rename", "change the title of a key")
        .option("--title <title>", "the new title")
        .action(async (id: string | undefined, options: CommonOptions & { title?: string }) =>
          run(options, (work) => renameKey(work, id), {
            "The key's id": id,
            "--title": options.title,
          }),
        ),
    )
    .addCommand(
      ofOneKey("revoke", "end a key, now or later; what has ended never works again")
        .option("--in <duration>", "only after so long, like 1h", duration)
        .option("--cancel", "take a scheduled revocation back")
        .option("--yes", "don't ask")
        .action(async (id: string | undefined, options: RevokeOptions) =>
          run(options, (work) => revokeKey(work, id), { "The key's id": id }),
        ),
    )
    .addCommand(
      ofOneKey("rotate", "put a new key in the place of one; its token is printed alone, once")
        .option(
          "--grace <duration>",
          "how long the old one still works, like 24h (not at all)",
          duration,
        )
        .action(async (id: string | undefined, options: CommonOptions & { grace?: number }) =>
          run(options, (work) => rotateKey(work, id), { "The key's id": id }),
        ),
    )
    .addCommand(
      ofOneKey("delete", "remove a revoked key; its history stays in the log")
        .option("--yes", "don't ask")
        .action(async (id: string | undefined, options: CommonOptions & { yes?: true }) =>
          run(options, (work) => deleteKey(work, id), { "The key's id": id }),
        ),
    )
    .addCommand(
      command("verify", "check the token on standard input; exits with 0 only if it is VALID")
        .option("--scope <scope>", "what it must be allowed to do; several times", gather)
        .action(async (options: CommonOptions & { scope?: string[] }) => run(options, verifyToken)),
    );
}
