import { checkVariables, StartRefused } from "@latchkey/server";
import type { Connection } from "./connection.ts";
import { themeChoices } from "../theme/choices.ts";
import { readCredentials } from "./credentials.ts";
import { connectRemotely } from "./remote-connection.ts";

// Where a command or a terminal finds its installation. No server code is loaded to call another server.

/** Where options say that the installation is. */
export type Target = { readonly url?: string | undefined; readonly dataDir?: string | undefined };

/**
 * The installation that options and environment name: a server's address, else a chosen data folder, else the
 * server of the login, else the one on this machine.
 *
 * @throws StartRefused with a sentence that says what to do
 */
export async function connect(env: NodeJS.ProcessEnv, options: Target): Promise<Connection> {
  checkEnvironment(env);
  const url = options.url ?? env["LATCHKEY_URL"];
  if (url !== undefined) return connectRemotely(url, env);
  const dataDirIsChosen = (options.dataDir ?? env["LATCHKEY_DATA_DIR"]) !== undefined;
  const login = dataDirIsChosen ? null : readCredentials(env);
  if (login !== null) return connectRemotely(login.url, env);
  const { connectOnThisMachine } = await import("./on-this-machine.ts");
  return connectOnThisMachine(env, options.dataDir);
}

/** Refuses values that can't be intended. */
function checkEnvironment(env: NodeJS.ProcessEnv): void {
  checkVariables(env);
  const theme = env["LATCHKEY_THEME"];
  if (!theme || themeChoices.some((known) => known === theme)) return;
  throw new StartRefused(`LATCHKEY_THEME must be ${themeChoices.join(", ")}.`, "INPUT_INVALID");
}
