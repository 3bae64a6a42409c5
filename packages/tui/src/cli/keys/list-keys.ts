import type { KeyPage, LatchkeyClient } from "@latchkey/client";
import type { KeySort, KeyStatus } from "@latchkey/core";
import { emailsFor } from "../emails.ts";
import type { CommandOutput, CommonOptions, Work } from "../run-command.ts";
import { userIdOf } from "../user-id.ts";
import { countText, keyTable } from "./key-text.ts";

export type ListOptions = CommonOptions & {
  readonly search?: string;
  readonly status?: KeyStatus;
  readonly owner: string;
  readonly unusedFor?: number;
  readonly sort?: KeySort;
  readonly order?: "asc" | "desc";
  readonly limit?: number;
  readonly cursor?: string;
  readonly watch?: true;
};

export async function listKeys({
  client,
  options,
  layout,
}: Work<ListOptions>): Promise<CommandOutput> {
  const page = await readPage(client, options);
  if (page.items.length === 0) return { json: page, text: "", aside: "No keys." };
  return {
    json: page,
    text: keyTable(page.items, layout, await ownersFor(client, options)),
    aside: countText(page),
  };
}

/** `undefined` where all keys are one's own. */
export async function ownersFor(client: LatchkeyClient, options: ListOptions) {
  return options.owner === "me" ? undefined : emailsFor(client, options);
}

export async function readPage(client: LatchkeyClient, options: ListOptions): Promise<KeyPage> {
  const { search, status, unusedFor, sort, order, limit, cursor } = options;
  return client.keys.list.query({
    owner: await userIdOf(client, options.owner),
    ...(search === undefined ? {} : { search }),
    ...(status === undefined ? {} : { status }),
    ...(unusedFor === undefined ? {} : { lastUsedBefore: ago(unusedFor) }),
    ...(sort === undefined ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}

function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}
