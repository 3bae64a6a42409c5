import type { EventItem, EventPage, LatchkeyClient } from "@latchkey/server/client";
import { usage } from "../command-error.ts";
import type { CommonOptions } from "../run-command.ts";
import { userIdOf } from "../user-id.ts";

export type AuditListOptions = CommonOptions & {
  readonly key?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly limit?: number;
  readonly watch?: true;
};

type Filters = { readonly keyId?: string; readonly actorId?: string; readonly type?: string };

/** What the server gives at most in one answer. */
const PAGE = 100;
const USUALLY_WANTED = 20;

export async function filtersIn(
  client: LatchkeyClient,
  { key, actor, type }: AuditListOptions,
): Promise<Filters> {
  return {
    ...(key === undefined ? {} : { keyId: key }),
    ...(actor === undefined ? {} : { actorId: await actorId(client, actor) }),
    ...(type === undefined ? {} : { type }),
  };
}

/** The newest events, the newest first, however many pages they take. */
export async function newestEvents(
  client: LatchkeyClient,
  filters: Filters,
  wanted = USUALLY_WANTED,
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

/** All events after a `seq`, the newest first. */
export async function eventsAfter(
  client: LatchkeyClient,
  filters: Filters,
  seq: number,
): Promise<readonly EventItem[]> {
  const items: EventItem[] = [];
  let before: number | null = null;
  do {
    const from: { before?: number } = before === null ? {} : { before };
    const page: EventPage = await client.events.list.query({ ...filters, ...from, limit: PAGE });
    items.push(...page.items.filter((event) => event.seq > seq));
    before = (page.items.at(-1)?.seq ?? 0) > seq ? page.nextBefore : null;
  } while (before !== null);
  return items;
}

async function actorId(client: LatchkeyClient, who: string): Promise<string> {
  const id = await userIdOf(client, who);
  if (id === "all") throw usage("Leave --actor out for everybody.");
  return id === "me" ? (await client.auth.whoami.query()).userId : id;
}
