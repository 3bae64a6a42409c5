import { secondsAfter } from "@latchkey/core";
import { given } from "../ask.ts";
import { usage } from "../../connection/command-error.ts";
import type { Console } from "../console.ts";
import type { CommandOutput, CommonOptions, Work } from "../run-command.ts";
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
}: Work<CreateOptions>): Promise<CommandOutput> {
  requireReader(console);
  const { scope, expiresIn } = options;
  const title = await given(console, options, {
    given: options.title,
    name: "--title",
    prompt: "Title (what will use it?): ",
  });
  const expiresAt =
    expiresIn === undefined ? undefined : secondsAfter(console.now(), expiresIn).toISOString();
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
    lost: endLost(id),
  };
}

/** Before anything is created: its token would be lost. */
function requireReader({ isOutClosed }: Console): void {
  if (isOutClosed) {
    throw usage("Standard output is closed, and the token would be lost. Nothing was changed.");
  }
}

/** What remains of a key whose token was not written. */
function endLost(id: string): string {
  return `Nobody has the token of ${id}. End it: latchkey keys revoke ${id}`;
}

export async function rotateKey(
  work: Work<CommonOptions & { readonly grace?: number }>,
  givenId: string | undefined,
): Promise<CommandOutput> {
  const { client, console, options, layout } = work;
  requireReader(console);
  const id = await whichKey(work, givenId, "active");
  const rotated = await client.keys.rotate.mutate({ id, graceSeconds: options.grace ?? 0 });
  const { key, previous } = rotated;
  const until = previous.revokedAt ?? previous.updatedAt;
  const old =
    previous.status === "revoked"
      ? "The old one no longer works."
      : `The old one works until ${layout.said(until)}.`;
  return {
    json: rotated,
    text: rotated.token,
    aside: `Created ${key.id} in place of ${previous.id}. ${old} Store the new token now: this is the only time it is shown.`,
    lost: `${key.id} is in place of ${previous.id}. ${old} ${endLost(key.id)}`,
  };
}
