import type { EventItem, EventPage, LatchkeyClient } from "@latchkey/client";
import { usage } from "../../connection/command-error.ts";
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

/** The server's maximum for one answer. */
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

/** The newest events, newest first, page by page; `isLast` if no more are wanted, or there are none. */
export async function* newestPages(
  client: LatchkeyClient,
  filters: Filters,
  wanted = USUALLY_WANTED,
): AsyncGenerator<EventPage & { readonly isLast: boolean }> {
  let left = wanted;
  let before: { readonly before?: number } = {};
  for (;;) {
    const limit = Math.min(left, PAGE);
    const page = await client.events.list.query({ ...filters, ...before, limit });
    left -= page.items.length;
    const { nextBefore } = page;
    const isLast = nextBefore === null || left <= 0;
    yield { ...page, isLast };
    if (isLast) return;
    before = { before: nextBefore };
  }
}

/** All of them at once. */
export async function newestEvents(
  client: LatchkeyClient,
  filters: Filters,
  wanted?: number,
): Promise<EventItem[]> {
  const items: EventItem[] = [];
  for await (const page of newestPages(client, filters, wanted)) items.push(...page.items);
  return items;
}

/**
 * Reads what came after the last read, the oldest page first. The log is read backwards: of the pages in between
 * only the positions are kept, however many they are.
 */
export function pagesAfter(client: LatchkeyClient, filters: Filters) {
  let places: number[] = [];
  const read = (from: { readonly before?: number }) =>
    client.events.list.query({ ...filters, ...from, limit: PAGE });
  return {
    /** At most a page, the newest first. */
    next: async (seq: number): Promise<readonly EventItem[]> => {
      const isNew = (event: EventItem) => event.seq > seq;
      const place = places.at(-1);
      if (place !== undefined) {
        const { items } = await read({ before: place });
        places.pop();
        return items.filter(isNew);
      }
      const passed: number[] = [];
      let page = await read({});
      while (page.nextBefore !== null && page.items.every(isNew)) {
        passed.push((page.items[0]?.seq ?? 0) + 1);
        page = await read({ before: page.nextBefore });
      }
      places = passed;
      return page.items.filter(isNew);
    },
    isBehind: () => places.length > 0,
  };
}

async function actorId(client: LatchkeyClient, who: string): Promise<string> {
  const id = await userIdOf(client, who);
  if (id === "all") throw usage("Leave --actor out for everybody.");
  return id === "me" ? (await client.auth.whoami.query()).userId : id;
}
