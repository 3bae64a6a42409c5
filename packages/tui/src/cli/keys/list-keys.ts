import type { KeyPage, LatchkeyClient } from "@latchkey/client";
import { type KeySort, type KeyStatus, secondsAfter } from "@latchkey/core";
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

export async function listKeys(work: Work<ListOptions>): Promise<CommandOutput> {
  const { client, options, layout } = work;
  const page = await readPage(work);
  if (page.items.length === 0) return { json: page, text: "", aside: "No keys." };
  return {
    json: page,
    text: keyTable(page.items, layout, await ownersFor(client, options)),
    aside: countText(page),
  };
}

/** `undefined` if all keys are one's own. */
export async function ownersFor(client: LatchkeyClient, options: ListOptions) {
  return options.owner === "me" ? undefined : emailsFor(client, options);
}

export async function readPage({
  client,
  console,
  options,
}: Pick<Work<ListOptions>, "client" | "console" | "options">): Promise<KeyPage> {
  const { search, status, unusedFor, sort, order, limit, cursor } = options;
  return client.keys.list.query({
    owner: await userIdOf(client, options.owner),
    ...(search === undefined ? {} : { search }),
    ...(status === undefined ? {} : { status }),
    ...(unusedFor === undefined
      ? {}
      : { lastUsedBefore: secondsAfter(console.now(), -unusedFor).toISOString() }),
    ...(sort === undefined ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}
