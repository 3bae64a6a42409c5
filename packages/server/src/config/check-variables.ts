import { similarTo } from "@latchkey/core";
import { StartRefused } from "../faults/start-refused.ts";

// Checks that apply to every variable, without zod: a client of another server loads no parser.

/** What `readConfig` reads. */
export const serverVariables = [
  "DATABASE_URL",
  "LATCHKEY_LISTEN_URL",
  "LATCHKEY_FEED",
  "LATCHKEY_DATA_DIR",
  "LATCHKEY_PEPPER_FILE",
  "LATCHKEY_TOKEN_PREFIX",
  "LATCHKEY_HOST",
  "LATCHKEY_PORT",
  "LATCHKEY_SSH_PORT",
  "LATCHKEY_SSH_HOST_KEY_FILE",
  "LATCHKEY_SSH_SOCKET",
  "LATCHKEY_ALLOWED_HOSTS",
  "LATCHKEY_TRUSTED_PROXIES",
  "LATCHKEY_METRICS_ADDRESS",
  "LATCHKEY_LOG_LEVEL",
] as const;

const known: readonly string[] = [
  ...serverVariables,
  "LATCHKEY_URL",
  "LATCHKEY_TOKEN",
  "LATCHKEY_THEME",
];

/** They name an installation, an identity or a file. */
const neverEmpty: readonly string[] = [
  "DATABASE_URL",
  "LATCHKEY_LISTEN_URL",
  "LATCHKEY_DATA_DIR",
  "LATCHKEY_PEPPER_FILE",
  "LATCHKEY_SSH_HOST_KEY_FILE",
  "LATCHKEY_SSH_SOCKET",
  "LATCHKEY_URL",
  "LATCHKEY_TOKEN",
];

/**
 * Refuses a variable that is set but empty, as by a missing CI secret, and one whose name is misspelt: either
 * could lead to another installation or another identity. Where that is harmless, an empty one counts as
 * absent. Other names that begin with LATCHKEY_ are ignored: a cluster sets some of its own for a service of
 * that name.
 *
 * @throws StartRefused INPUT_INVALID naming the variable
 */
export function checkVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === "" && neverEmpty.includes(name)) {
      throw new StartRefused(
        `${name} is set but empty. Give it a value, or unset it.`,
        "INPUT_INVALID",
      );
    }
    if (name.startsWith("LATCHKEY_") && !known.includes(name)) {
      const meant = similarTo(name, known);
      if (meant !== null) {
        throw new StartRefused(`${name} means nothing. Did you mean ${meant}?`, "INPUT_INVALID");
      }
    }
  }
}
