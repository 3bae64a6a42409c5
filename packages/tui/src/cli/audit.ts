import { eventTypes } from "@latchkey/core";
import type { EventItem, EventPage, LatchkeyClient } from "@latchkey/server/client";
import { Command } from "commander";
import { happened, subjectOf } from "../format/history.ts";
import { nobodyKnown } from "../people.ts";
import { usage } from "./command-error.ts";
import type { Console } from "./console.ts";
import { type Emails, emailsFor } from "./emails.ts";
import { choice, command, wholeNumber } from "./options.ts";
import type { Paper } from "./paper.ts";
import { whileUnderWay } from "./progress.ts";
import { type Answer, type CommonOptions, runner, type Work } from "./run-command.ts";
import { type Column, table } from "./table.ts";
import { userIdOf } from "./user-id.ts";

// latchkey audit …: the log of who did what, and the proof that nobody rewrote it.

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
        .action(async (options: AuditListOptions) => run(options, list)),
    )
    .addCommand(
      command("head", "print the head of the log, to keep elsewhere").action(
        async (options: CommonOptions) =>
          run(options, async ({ client }) => {
            const head = await client.events.head.query();
            return { json: head, text: `${head.seq}:${head.mac}` };
          }),
      ),
    )
    .addCommand(
      command("verify", "prove that no event was changed, removed or put in")
        .option(
          "--from-head <seq:mac>",
          "a head that was kept: shows also a log cut off at its end",
        )
        .action(async (options: VerifyOptions) => run(options, verify)),
    );
}

/** What the server gives at most in one answer. */
const PAGE = 100;

type VerifyOptions = CommonOptions & { readonly fromHead?: string };
type AuditListOptions = CommonOptions & {
  readonly key?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly limit?: number;
};

async function list({ client, options, paper }: Work<AuditListOptions>): Promise<Answer> {
  const { key, actor, type, limit } = options;
  const filters = {
    ...(key === undefined ? {} : { keyId: key }),
    ...(actor === undefined ? {} : { actorId: await actorId(client, actor) }),
    ...(type === undefined ? {} : { type }),
  };
  const page = await newest(client, filters, limit ?? 20);
  if (page.items.length === 0) return { json: page, text: "", aside: "No events." };
  const more = page.nextBefore === null ? {} : { aside: "There are older events: raise --limit." };
  const emails = await emailsFor(client, options);
  return { json: page, text: eventTable(page.items, paper, emails), ...more };
}

/** The newest events, however many pages they take. */
async function newest(
  client: LatchkeyClient,
  filters: { readonly keyId?: string; readonly actorId?: string; readonly type?: string },
  wanted: number,
): Promise<EventPage> {
  const page = await client.events.list.query({ ...filters, limit: Math.min(wanted, PAGE) });
  while (page.nextBefore !== null && page.items.length < wanted) {
    const limit = Math.min(wanted - page.items.length, PAGE);
    const next = await client.events.list.query({ ...filters, before: page.nextBefore, limit });
    page.items.push(...next.items);
    page.nextBefore = next.nextBefore;
  }
  return page;
}

async function actorId(client: LatchkeyClient, who: string): Promise<string> {
  const id = await userIdOf(client, who);
  if (id === "all") throw usage("Leave --actor out for everybody.");
  return id === "me" ? (await client.auth.whoami.query()).userId : id;
}

function eventTable(events: readonly EventItem[], paper: Paper, emails: Emails): string {
  const seq: Column<EventItem> = { head: "SEQ", cell: (event) => String(event.seq) };
  const at: Column<EventItem> = { head: "AT", cell: (event) => paper.exact(event.at) };
  const key: Column<EventItem> = { head: "KEY", cell: ({ keyId }) => keyId ?? "", drop: 2 };
  const by: Column<EventItem> = {
    head: "BY",
    cell: ({ actor }) => byWhom(actor, emails),
    least: 14,
  };
  const from: Column<EventItem> = {
    head: "FROM",
    cell: ({ actor }) => actor.address ?? actor.via,
    drop: 1,
  };
  const columns: Column<EventItem>[] =
    paper.columns === null
      ? [
          seq,
          at,
          { head: "EVENT", cell: ({ type }) => type },
          key,
          by,
          from,
          { head: "WHAT", cell: summary },
        ]
      : [
          seq,
          at,
          { head: "WHAT", cell: happened, least: 12 },
          { head: "ABOUT", cell: (event) => about(event, emails), least: 12 },
          by,
          from,
          key,
        ];
  return table(columns, events, paper.columns);
}

function about(event: EventItem, emails: Emails): string {
  const { keyId, userId, data } = event;
  const isUnnamed = keyId === null && userId !== null && typeof data["email"] !== "string";
  return isUnnamed ? emails(userId) : subjectOf(event, { principal: null, people: nobodyKnown });
}

function byWhom({ kind, userId, keyId }: EventItem["actor"], emails: Emails): string {
  if (userId === null) return kind;
  return keyId === null ? emails(userId) : `${emails(userId)} by ${keyId}`;
}

/** The event's data on one line, without what is not there. */
function summary({ data }: EventItem): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

async function verify({ client, console, options }: Work<VerifyOptions>): Promise<Answer> {
  const from = options.fromHead === undefined ? undefined : parseHead(options.fromHead);
  const checking = client.events.verify.query(from === undefined ? {} : { from });
  const proof = await whileUnderWay(console, "Checking the log", checking);
  if (proof.ok) return { json: proof, text: `The log holds: ${proof.head.seq} events.` };
  return {
    json: proof,
    text: `The log does not hold from event ${proof.firstBadSeq} on.`,
    exitCode: 1,
  };
}

function parseHead(text: string): { seq: number; mac: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim());
  if (match === null) throw usage("--from-head: give SEQ:MAC as printed by latchkey audit head.");
  return { seq: Number(match[1]), mac: match[2] as string };
}
