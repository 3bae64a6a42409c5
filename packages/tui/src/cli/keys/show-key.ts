import type { ApiKey, KeyUsage } from "@latchkey/client";
import { given } from "../ask.ts";
import { emailsFor } from "../emails.ts";
import type { CommandOutput, CommonOptions, Work } from "../run-command.ts";
import { keyDetail } from "./key-text.ts";
import { whichKey } from "./which-key.ts";

export async function showKey(work: Work, givenId: string | undefined): Promise<CommandOutput> {
  const { client, options } = work;
  const id = await whichKey(work, givenId);
  const [key, usage] = await Promise.all([
    client.keys.get.query({ id }),
    options.json === true ? undefined : client.keys.usage.query({ id }),
  ]);
  return shown(work, key, usage);
}

export async function renameKey(
  work: Work<CommonOptions & { readonly title?: string }>,
  givenId: string | undefined,
): Promise<CommandOutput> {
  const { client, console, options } = work;
  const id = await whichKey(work, givenId);
  const asksTitle = options.title === undefined && console.interactive && options.json !== true;
  const before = asksTitle ? (await client.keys.get.query({ id })).title : undefined;
  const title = await given(console, options, {
    given: options.title,
    name: "--title",
    prompt: "Title: ",
    ...(before === undefined ? {} : { before }),
  });
  return shown(work, await client.keys.rename.mutate({ id, title }));
}

async function shown(
  { client, options, layout }: Work,
  key: ApiKey,
  usage?: KeyUsage,
): Promise<CommandOutput> {
  const emails = await emailsFor(client, options);
  return { json: key, text: keyDetail(key, layout, emails, usage) };
}
