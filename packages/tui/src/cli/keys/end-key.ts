import { secondsAfter } from "@latchkey/core";
import { confirm } from "../ask.ts";
import { usage } from "../../connection/command-error.ts";
import type { CommandOutput, CommonOptions, Work } from "../run-command.ts";
import { named } from "./key-text.ts";
import { whichKey } from "./which-key.ts";

export type RevokeOptions = CommonOptions & {
  readonly in?: number;
  readonly cancel?: true;
  readonly yes?: true;
};

export async function revokeKey(
  work: Work<RevokeOptions>,
  givenId: string | undefined,
): Promise<CommandOutput> {
  const { console, client, options, layout } = work;
  if (options.cancel === true && options.in !== undefined)
    throw usage("Use either --in or --cancel.");
  const id = await whichKey(work, givenId, "active");
  if (options.cancel === true) {
    const key = await client.keys.cancelRevocation.mutate({ id });
    return { json: key, text: "", aside: `${named(key)} keeps working.` };
  }
  const inSeconds = options.in ?? 0;
  if (options.yes !== true) {
    const key = await client.keys.get.query({ id });
    const at = secondsAfter(console.now(), inSeconds).toISOString();
    const stops =
      inSeconds === 0
        ? "at once, everywhere. This can't be undone."
        : `at ${layout.said(at)}. Until then you can take this back.`;
    const fact = `${named(key)} stops working ${stops}`;
    await confirm(console, { fact, question: "Revoke API key?" });
  }
  const key = await client.keys.revoke.mutate({ id, inSeconds });
  const aside =
    key.status === "revoked"
      ? `Revoked ${named(key)}.`
      : `${named(key)} revokes at ${layout.said(key.revokedAt ?? key.updatedAt)}.`;
  return { json: key, text: "", aside };
}

export async function deleteKey(
  work: Work<CommonOptions & { readonly yes?: true }>,
  givenId: string | undefined,
): Promise<CommandOutput> {
  const { console, client, options } = work;
  const id = await whichKey(work, givenId, "revoked");
  if (options.yes !== true) {
    const key = await client.keys.get.query({ id });
    const fact = `${named(key)} disappears. This can't be undone; its history stays in the log.`;
    await confirm(console, { fact, question: "Delete API key?" });
  }
  const deleted = await client.keys.delete.mutate({ id });
  return { json: deleted, text: "", aside: `Deleted ${deleted.id}. Its history stays in the log.` };
}
