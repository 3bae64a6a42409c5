import { eventTypes, formatLogPosition, type LogPosition, parseLogPosition } from "@latchkey/core";
import type { LogProof } from "@latchkey/client";
import { Command } from "commander";
import { jsonText } from "../format/json.ts";
import { type AuditListOptions, filtersIn, newestPages } from "./audit/read-events.ts";
import { watchAudit } from "./audit/watch-audit.ts";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { emailsFor } from "./emails.ts";
import { eventLines } from "./audit/event-table.ts";
import { escape } from "../format/escape.ts";
import { choice, command, wholeNumber } from "./options.ts";
import { whileUnderWay } from "./progress.ts";
import {
  type CommandOutput,
  type CommonOptions,
  CutShort,
  runner,
  type Work,
} from "./run-command.ts";

// latchkey audit …: the log of who did what, and its verification.

export function auditCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);

  return new Command("audit")
    .description("the log: who did what to which key, when, from where")
    .addCommand(
      command("list", "list events, newest first")
        .option("--key <id>", "only of this key")
        .option("--actor <email>", "only by this user (or me)")
        .addOption(choice("--type <type>", "only of this type, like key.revoked", eventTypes))
        .option("--limit <n>", "how many (20)", wholeNumber)
        .option("--watch", "stay, and show every event until Ctrl-C")
        .action(async (options: AuditListOptions) =>
          run(options, options.watch === true ? watchAudit : list),
        ),
    )
    .addCommand(
      command("head", "print the head of the log, to keep elsewhere").action(
        async (options: CommonOptions) =>
          run(options, async ({ client }) => {
            const head = await client.events.head.query();
            return { json: head, text: formatLogPosition(head) };
          }),
      ),
    )
    .addCommand(
      command(
        "verify",
        "prove that no event was changed, removed or put in, and that all is as they say",
      )
        .option(
          "--from-head <seq:mac>",
          "a head that was kept: shows also a log cut off at its end",
        )
        .action(async (options: VerifyOptions) => run(options, verify)),
    );
}

type VerifyOptions = CommonOptions & { readonly fromHead?: string };
async function list({ client, console, options, layout }: Work<AuditListOptions>): Promise<null> {
  const filters = await filtersIn(client, options);
  const isJson = options.json === true;
  const lines = eventLines(layout, await emailsFor(client, options));
  let written = 0;
  let isWhole = true;
  try {
    // Each page after the one before was written: the log may be larger than memory.
    for await (const { items, nextBefore, isLast } of newestPages(client, filters, options.limit)) {
      const begin = written === 0 ? '{"items":[' : ",";
      const end = isLast ? `],"nextBefore":${nextBefore}}` : "";
      if (isJson) await console.out(begin + jsonText(items).slice(1, -1) + end);
      else if (items.length > 0) await console.out(lines(items));
      written += items.length;
      isWhole = nextBefore === null;
    }
  } catch (error) {
    throw written === 0 ? error : new CutShort(error);
  }
  if (isJson) return null;
  if (written === 0) console.err("No events.");
  else if (!isWhole) console.err("There are older events: raise --limit.");
  return null;
}

async function verify({ client, console, options }: Work<VerifyOptions>): Promise<CommandOutput> {
  const from = options.fromHead === undefined ? undefined : parseHead(options.fromHead);
  const checking = client.events.verify.query(from === undefined ? {} : { from });
  const proof = await whileUnderWay(console, options, "Checking the log", checking, () =>
    client.events.proofProgress.query(),
  );
  if (proof.ok) return { json: proof, text: `The log holds: ${proof.head.seq} events.` };
  return { json: proof, text: problemIn(proof), exitCode: 1 };
}

function problemIn({ firstBadSeq, firstBadRow }: LogProof): string {
  if (firstBadRow === null) return `The log does not hold from event ${firstBadSeq} on.`;
  const { kind, id } = firstBadRow;
  // A row that was inserted may contain anything.
  return `The log holds, but the ${nouns[kind]} ${escape(id)} is not as the log says.`;
}

const nouns = { user: "user", sshKey: "SSH key", session: "session", key: "key" };

function parseHead(text: string): LogPosition {
  const head = parseLogPosition(text.trim());
  if (head === null) throw usage("--from-head: give SEQ:MAC as printed by latchkey audit head.");
  return head;
}
