import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createClient, type User } from "@latchkey/client";
import { afterAll, beforeAll } from "vitest";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "@latchkey/testing/database/restartable-postgres";
import { type CommandRunner, commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import { type AtEnd, temporaryFolder } from "@latchkey/testing/temporary-folder";

// A team over HTTP: a real PostgreSQL, two servers before it, and people at machines of their own.

export type Team = {
  readonly postgres: RestartablePostgres;
  /** Beside the database, with the pepper. */
  readonly operator: CommandRunner;
  readonly one: RunningServer;
  readonly two: RunningServer;
  /** Somebody new, for one test. */
  readonly join: (role: "admin" | "member") => Promise<Colleague>;
};

type Colleague = {
  readonly user: User;
  readonly password: string;
  /** Another machine of theirs, where they have signed in at this server. */
  readonly signedInAt: (server: RunningServer) => Promise<CommandRunner>;
};

/** Prepares one team for all tests of a file. */
export function withTeam(): () => Team {
  const undo = new AsyncDisposableStack();
  let team: Team;
  beforeAll(async () => {
    team = await startTeam((step) => undo.defer(step));
  });
  afterAll(async () => {
    await undo.disposeAsync();
  });
  return () => team;
}

async function startTeam(atEnd: AtEnd): Promise<Team> {
  const postgres = await startRestartablePostgres();
  atEnd(postgres.remove);
  const operator = await seatOf(
    {
      DATABASE_URL: postgres.url,
      LATCHKEY_PEPPER_FILE: join(await temporaryFolder(atEnd), "pepper"),
    },
    atEnd,
  );
  const [one, two] = await Promise.all([
    startServer(operator.env, { atEnd }),
    startServer(operator.env, { atEnd }),
  ]);
  // The first admin comes from beside the database, and takes in all others.
  const first = { email: "first@example.com", password: "the first admin's password" };
  const add = ["users", "add", "--email", first.email, "--role", "admin"];
  await operator.json<User>(add, first.password);
  const { sessionToken } = await createClient({ url: one.url }).auth.login.mutate(first);
  const { users } = createClient({ url: one.url, token: sessionToken });
  let people = 0;
  return {
    postgres,
    operator,
    one,
    two,
    join: async (role) => {
      people += 1;
      const email = `${role}-${people}@example.com`;
      const password = `a password for ${role} ${people}`;
      const user = await users.add.mutate({ email, role, password });
      const signedInAt = async ({ url }: RunningServer) => {
        const commandRunner = await seatOf();
        await commandRunner.json(["login", url, "--email", email], password);
        return commandRunner;
      };
      return { user, password, signedInAt };
    },
  };
}

/** A machine of somebody's own, on which nobody has signed in. */
export async function seatOf(
  more: Record<string, string> = {},
  atEnd?: AtEnd,
): Promise<CommandRunner> {
  const home = await temporaryFolder(atEnd);
  await mkdir(join(home, "data"), { mode: 0o700 });
  return commandRunnerWith({ HOME: home, XDG_DATA_HOME: join(home, "data"), ...more });
}
