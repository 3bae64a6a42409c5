import type { Figure } from "../figure.ts";
import { type Ground, type Group, inTurn } from "../ground.ts";
import { startPostgres } from "../postgres.ts";
import { startProgram } from "../program.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { TeamServer, TeamServing } from "../programs/team-server.ts";

// One server on a real PostgreSQL over HTTP: the server, the database and the load are processes of their own.

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const CLIENTS = 16;

export const team: Group = {
  name: "team",
  title: `one server on PostgreSQL over HTTP, -c ${CONNECTIONS}`,
  measure,
};

async function measure(ground: Ground): Promise<Figure[]> {
  ground.doing("starting PostgreSQL");
  const databaseUrl = await startPostgres(ground);
  const folder = await ground.folder();
  const server = startProgram<TeamServer, TeamServing>(ground, "team-server");
  const { url, sessionTokens } = await server.ask({ databaseUrl, folder, people: CONNECTIONS });
  const loader = startProgram<Load, Loaded>(ground, "load");
  const asMembers = (path: string, input: unknown) =>
    sessionTokens.map((token) => ({
      path,
      headers: { authorization: `Bearer ${token}` },
      body: input === undefined ? "" : JSON.stringify(input),
    }));
  const perSecond = async (load: Pick<Load, "requests" | "connections">, seconds = SECONDS) => {
    const loaded = await loader.ask({ url, ...load, seconds });
    const other = Object.keys(loaded.statuses).filter((status) => status !== "200");
    if (other.length > 0) throw new Error(`answers of status ${other.join(", ")}`);
    return loaded.perSecond;
  };
  const noop = { requests: asMembers("/trpc/bench.noop", undefined), connections: CONNECTIONS };
  const whoami = { requests: asMembers("/trpc/auth.whoami", undefined), connections: CONNECTIONS };
  const changing = (connections: number) => ({
    requests: asMembers("/trpc/keys.create", { title: "Made by the bench" }).slice(0, connections),
    connections,
  });

  ground.doing("warming up");
  for (const load of [noop, whoami, changing(CLIENTS)]) await perSecond(load, 1);
  const runs = await inTurn(ground, ROUNDS, {
    noop: () => perSecond(noop),
    whoami: () => perSecond(whoami),
    one: () => perSecond(changing(1)),
    many: () => perSecond(changing(CLIENTS)),
  });

  const unit = "ops/s" as const;
  const base: Figure = { what: "a query that does nothing, over tRPC", unit, runs: runs.noop };
  return [
    base,
    {
      what: "auth.whoami by session, over tRPC",
      unit,
      runs: runs.whoami,
      against: base,
      bars: [{ of: "ratio", atLeast: 0.5 }],
    },
    { what: "changes (keys.create), 1 client", unit, runs: runs.one },
    { what: `changes (keys.create), ${CLIENTS} clients`, unit, runs: runs.many },
  ];
}
