import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { startPostgres } from "../postgres.ts";
import { type AskedLoad, calling, startLoader } from "../loader.ts";
import { startProgram } from "../program.ts";
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

async function measure(fixture: Fixture): Promise<Figure[]> {
  fixture.doing("starting PostgreSQL");
  const databaseUrl = await startPostgres(fixture);
  const folder = await fixture.folder();
  const server = startProgram<TeamServer, TeamServing>(fixture, "team-server");
  const { url, sessionTokens } = await server.ask({ databaseUrl, folder, people: CONNECTIONS });
  const load = startLoader(fixture);
  const perSecond = (
    what: Pick<AskedLoad, "request" | "tokens" | "connections">,
    seconds = SECONDS,
  ) => load({ url, ...what, seconds });
  const asMembers = (procedure: string, input: unknown, connections = CONNECTIONS) => ({
    request: calling(procedure, input),
    tokens: sessionTokens.slice(0, connections),
    connections,
  });
  const noop = asMembers("noop.query", undefined);
  const whoami = asMembers("auth.whoami", undefined);
  const changing = (connections: number) =>
    asMembers("keys.create", { title: "Made by the bench" }, connections);

  fixture.doing("warming up");
  for (const what of [noop, whoami, changing(CLIENTS)]) await perSecond(what, 1);
  const runs = await inTurn(fixture, ROUNDS, {
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
