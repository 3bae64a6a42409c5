import { given } from "../ask.ts";
import type { Answer, CommonOptions, Work } from "../run-command.ts";
import { whichKey } from "./which-key.ts";

// Commands that print a token: alone on standard output, once.

export type CreateOptions = CommonOptions & {
  readonly title?: string;
  readonly scope?: readonly string[];
  readonly expiresIn?: number;
};

export async function createKey({
  client,
  console,
  options,
}: Work<CreateOptions>): Promise<Answer> {
  const { scope, expiresIn } = options;
  const title = await given(console, options, {
    given: options.title,
    name: "--title",
    prompt: "Title (what will use it?): ",
  });
  const expiresAt =
    expiresIn === undefined ? undefined : new Date(Date.now() + expiresIn * 1000).toISOString();
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

export async function rotateKey(
  work: Work<CommonOptions & { readonly grace?: number }>,
  givenId: string | undefined,
): Promise<Answer> {
  const { client, options, paper } = work;
  const id = await whichKey(work, givenId, "active");
  const rotated = await client.keys.rotate.mutate({ id, graceSeconds: options.grace ?? 0 });
  const { key, previous } = rotated;
  const until = previous.revokedAt ?? previous.updatedAt;
  const old =
    previous.status === "revoked"
      ? "The old one no longer works."
      : `The old one works until ${paper.said(until)}.`;
  return {
    json: rotated,
    text: rotated.token,
    aside: `Created ${key.id} in place of ${previous.id}. ${old} Store the new token now: this is the only time it is shown.`,
  };
}
