import { Redacted } from "@latchkey/core";
import { type LatchkeyClient, procedures } from "@latchkey/client";
import { type Request, secretFields } from "../kit/request.ts";

type Fields = Readonly<Record<string, unknown>>;
type Callers = Readonly<Record<string, Readonly<Record<string, Caller>>>>;
type Caller = Readonly<Record<"query" | "mutate", (input: Fields | undefined) => Promise<Fields>>>;

/** Calls one procedure; throws what the call threw. Secrets are unwrapped only for the call. */
export async function call(
  client: LatchkeyClient,
  { procedure, input }: Request,
): Promise<unknown> {
  const [router = "", name = ""] = procedure.split(".");
  const caller = (client as unknown as Callers)[router]?.[name] as Caller;
  const method = procedures[procedure].kind === "query" ? "query" : "mutate";
  const revealed = input && secretsIn(input, (secret) => (secret as Redacted<string>).reveal());
  return secretsIn(await caller[method](revealed), (secret) => new Redacted(secret as string));
}

function secretsIn(fields: Fields, change: (secret: unknown) => unknown): Fields {
  const changed = secretFields.flatMap((name) =>
    fields[name] === undefined ? [] : [[name, change(fields[name])]],
  );
  return { ...fields, ...Object.fromEntries(changed) };
}
