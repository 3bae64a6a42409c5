import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { StartRefused } from "../faults/start-refused.ts";

const below = { XDG_DATA_HOME: [".local", "share"], XDG_CONFIG_HOME: [".config"] } as const;

/**
 * A base folder of the XDG Base Directory Specification, in which an empty variable counts as absent; `null` if
 * none is set and this account has no home. A relative one is not ignored: it would put a pepper into the
 * working directory.
 *
 * @throws StartRefused INPUT_INVALID naming the variable
 */
export function baseFolder(env: NodeJS.ProcessEnv, variable: keyof typeof below): string | null {
  const named = env[variable];
  if (named !== undefined && named !== "") return absolute(named, variable);
  const home = env["HOME"] === undefined ? accountHome() : absolute(env["HOME"], "HOME");
  return home === null ? null : join(home, ...below[variable]);
}

function accountHome(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function absolute(path: string, variable: string): string {
  if (isAbsolute(path)) return path;
  throw new StartRefused(`${variable} must be an absolute path.`, "INPUT_INVALID");
}
