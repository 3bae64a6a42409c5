import type { Connection } from "../app/connection.ts";
import { readCredentials } from "./credentials.ts";
import { connectRemotely } from "./remote-connection.ts";

// Where a command or a terminal finds its installation. Nothing of a server is loaded to ask another one.

/** Where somebody said that the installation is. */
export type Place = { readonly url?: string | undefined; readonly dataDir?: string | undefined };

/**
 * The installation that options and environment name: a server's address, else a chosen data folder,
 * else the server that somebody logged in to, else what there is on this machine.
 *
 * @throws StartRefused with a sentence that names the mend
 */
export async function connect(env: NodeJS.ProcessEnv, options: Place): Promise<Connection> {
  const url = options.url ?? (env["LATCHKEY_URL"] || undefined);
  if (url !== undefined) return connectRemotely(url, env);
  const dataDirIsChosen = (options.dataDir ?? env["LATCHKEY_DATA_DIR"] ?? "") !== "";
  const login = dataDirIsChosen ? null : readCredentials(env);
  if (login !== null) return connectRemotely(login.url, env);
  const { connectOnThisMachine } = await import("./on-this-machine.ts");
  return connectOnThisMachine(env, options.dataDir);
}
