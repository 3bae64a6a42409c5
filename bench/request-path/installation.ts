import { join } from "node:path";
import { composeServices } from "../../packages/server/src/start/compose.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import { createKey } from "../../packages/server/src/use-cases/keys/create-key.ts";
import { ensureOperator } from "../../packages/server/src/use-cases/users/ensure-operator.ts";
import type { Services } from "../../packages/server/src/use-cases/services.ts";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "@latchkey/testing/database/restartable-postgres";
import type { Fixture } from "../fixture.ts";
import { fill } from "../fill.ts";
import { people, validKeys } from "./keys.ts";

/** Room for a million keys and their indexes, as PostgreSQL's manual advises: a quarter of the memory. */
const SHARED_BUFFERS = "2GB";

/** A real PostgreSQL with an installation that has so many keys. */
export type SeededInstallation = {
  readonly postgres: RestartablePostgres;
  readonly services: Services;
  readonly tokens: readonly string[];
  /** The environment of servers on it. */
  readonly env: Readonly<Record<string, string>>;
};

export async function seededInstallation(
  fixture: Fixture,
  count: number,
): Promise<SeededInstallation> {
  const folder = await fixture.folder();
  fixture.doing("starting PostgreSQL");
  const postgres = await startRestartablePostgres({ sharedBuffers: SHARED_BUFFERS });
  fixture.atEnd(postgres.remove);
  const open = await openPostgres(postgres.url);
  fixture.atEnd(open.close);
  const pepperFile = join(folder, "pepper");
  const services = await composeServices({
    open,
    pepperFile,
    tokenPrefix: "sk",
    onDefect: (error) => console.error(error),
  });
  fixture.atEnd(services.close);
  const tokens: string[] = [];
  const keys = validKeys(count, tokens, fixture.doing);
  await fill(open, postgres.url, services.pepper, people, keys);
  const env = {
    DATABASE_URL: postgres.url,
    XDG_DATA_HOME: folder,
    LATCHKEY_PEPPER_FILE: pepperFile,
    LATCHKEY_PORT: "0",
    LATCHKEY_METRICS_ADDRESS: "off",
    LATCHKEY_LOG_LEVEL: "warn",
  };
  return { postgres, services, tokens, env };
}

/** A key of an admin, which may check other keys: what a service has. */
export async function checkingKey({ services }: SeededInstallation): Promise<string> {
  const user = await ensureOperator(services, "bench");
  const principal = { kind: "operator", userId: user.id, role: "admin" } as const;
  const caller = { principal, user, via: "process", address: null } as const;
  const input = { title: "Checks", scopes: undefined, expiresAt: undefined };
  const created = await createKey(services, caller, input);
  if (!created.ok) throw new Error(created.error.code);
  return created.value.token.reveal();
}
