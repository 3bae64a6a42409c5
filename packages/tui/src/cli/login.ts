import { Redacted } from "@latchkey/core";
import type { PrincipalInfo } from "@latchkey/client";
import type { Command } from "commander";
import { escape } from "../format/escape.ts";
import type { Credentials } from "../connection/credentials.ts";
import { given, readPassword } from "./ask.ts";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import type { Layout } from "./layout.ts";
import { type CommonOptions, fail, print, runner } from "./run-command.ts";
import { pairs } from "./table.ts";

// latchkey login · logout · whoami: who the other commands and the terminal act as.

export function loginCommand(console: Console, exit: (code: number) => void): Command {
  return command(
    "login",
    "sign in at a server; asks for the password, or reads it from standard input",
  )
    .argument("[url]", "like https://keys.example.com; plain http only to this computer")
    .option("--email <email>", "who you are there")
    .action(async (url: string | undefined, options: CommonOptions & { email?: string }) =>
      exit(await login(console, url, options)),
    );
}

export function logoutCommand(console: Console, exit: (code: number) => void): Command {
  return command("logout", "end the session at the server, and forget it here").action(
    async (options: CommonOptions) => exit(await logout(console, options)),
  );
}

export function whoamiCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  return command("whoami", "who acts here").action(async (options: CommonOptions) =>
    run(options, async ({ client, layout }) => {
      const principal = await client.auth.whoami.query();
      return { json: principal, text: whoText(principal, layout) };
    }),
  );
}

async function login(
  console: Console,
  address: string | undefined,
  options: CommonOptions & { readonly email?: string },
): Promise<number> {
  try {
    const url = await given(console, options, {
      given: address ?? options.url,
      name: "The server's address",
      prompt: "Server, like https://keys.example.com: ",
    });
    const { connectRemotely } = await import("../connection/remote-connection.ts");
    const kept = await keptLogin(console.env).catch(() => null);
    const connection = await connectRemotely(url, withoutToken(console.env), kept);
    const email = await given(console, options, {
      given: options.email,
      name: "--email",
      prompt: "Email: ",
    });
    const password = new Redacted(await readPassword(console, `Password of ${email}: `));
    const { expiresAt, principal } = await connection.signIn({ email, password });
    return await print(console, options, {
      json: { expiresAt, principal },
      text: "",
      aside: `Signed in at ${connection.place} as ${escape(principal.email)} (${principal.role}).`,
    });
  } catch (error) {
    return await fail(console, options, error);
  }
}

/** Rejects if there is one that can't be used; a login replaces it. */
async function keptLogin(env: NodeJS.ProcessEnv): Promise<Credentials | null> {
  const { readCredentials } = await import("../connection/credentials.ts");
  return readCredentials(env);
}

/** A token in the environment must not sign in, or out, for somebody else. */
function withoutToken({ LATCHKEY_TOKEN: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

/** Removed here in any case; whether the server was reached is reported. */
async function logout(console: Console, options: CommonOptions): Promise<number> {
  const { removeCredentials } = await import("../connection/credentials.ts");
  let kept: Credentials | null;
  try {
    kept = await keptLogin(console.env);
  } catch (error) {
    return fail(console, options, error);
  }
  if (kept === null) {
    return print(console, options, { json: {}, text: "", aside: "Nobody is signed in." });
  }
  const { connectRemotely } = await import("../connection/remote-connection.ts");
  try {
    const connection = await connectRemotely(kept.url, withoutToken(console.env), kept);
    await connection.client.auth.logout.mutate();
  } catch (error) {
    const { errorOf } = await import("@latchkey/client");
    // A session that is over need not be ended.
    if (errorOf(error).code !== "UNAUTHENTICATED") {
      removeCredentials(console.env);
      console.err("The session is forgotten here, but may live on at the server:");
      return fail(console, options, error);
    }
  }
  removeCredentials(console.env);
  const aside = `Signed out of ${new URL(kept.url).host}.`;
  return print(console, options, { json: {}, text: "", aside });
}

function whoText(
  { email, name, role, kind, keyId, scopes }: PrincipalInfo,
  { columns }: Layout,
): string {
  const rows: [string, string][] = [
    ["Email", email],
    ["Name", name],
    ["Role", role],
    ["By", kind],
  ];
  if (keyId !== null) rows.push(["Key", keyId], ["Scopes", scopes.join(" ")]);
  return pairs(rows, columns);
}
