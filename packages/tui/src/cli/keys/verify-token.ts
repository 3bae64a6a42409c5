import { escape } from "../../format/escape.ts";
import { readSecret } from "../ask.ts";
import type { Answer, CommonOptions, Work } from "../run-command.ts";

export async function verifyToken({
  client,
  console,
  options,
}: Work<CommonOptions & { readonly scope?: readonly string[] }>): Promise<Answer> {
  const token = await readSecret(console, "Paste the token, then press Enter: ");
  const outcome = await client.keys.verify.mutate({
    token,
    ...(options.scope === undefined ? {} : { scopes: [...options.scope] }),
  });
  if (outcome.outcome !== "VALID") return { json: outcome, text: outcome.outcome, exitCode: 1 };
  const aside = `${outcome.keyId} ${escape(outcome.title)}`;
  return { json: outcome, text: outcome.outcome, aside };
}
