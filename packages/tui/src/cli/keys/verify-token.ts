import { escape } from "../../format/escape.ts";
import { readSecret } from "../ask.ts";
import { usage } from "../../connection/command-error.ts";
import type { CommandOutput, CommonOptions, Work } from "../run-command.ts";

export async function verifyToken({
  client,
  console,
  options,
}: Work<CommonOptions & { readonly scope?: readonly string[] }>): Promise<CommandOutput> {
  const token = oneToken(await readSecret(console, "Paste the token, then press Enter: "));
  const outcome = await client.keys.verify.mutate({
    token,
    ...(options.scope === undefined ? {} : { scopes: [...options.scope] }),
  });
  if (outcome.outcome !== "VALID") return { json: outcome, text: outcome.outcome, exitCode: 1 };
  const aside = `${outcome.keyId} ${escape(outcome.title)}`;
  return { json: outcome, text: outcome.outcome, aside };
}

/** Removes what files and pipes add around a token. Error: wrong usage for several. */
function oneToken(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const [token = "", ...more] = lines.filter((line) => line !== "");
  if (more.length > 0) throw usage("Give one token: standard input has more lines than one.");
  return token;
}
