import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { SESSION_MAX_SECONDS } from "@latchkey/core";
import { insertSession, insertUsers, newUser } from "@latchkey/testing/seed/people";
import { composeServices } from "../../packages/server/src/start/compose.ts";
import { createLog } from "../../packages/server/src/log/log.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import { httpApp } from "../../packages/server/src/http/app.ts";
import { identifyOr } from "../../packages/server/src/http/identify.ts";
import { addNoopProcedures } from "../noop-procedures.ts";
import { answerParent } from "../program.ts";

// The server on PostgreSQL as `latchkey serve` makes it, its log included, with one more procedure: a query
// that does nothing and asks nobody who they are.

export type TeamServer = {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly people: number;
};
/** Each session's token is of a member of its own. */
export type TeamServing = { readonly url: string; readonly sessionTokens: readonly string[] };

addNoopProcedures();
const undo = new AsyncDisposableStack();
answerParent(serve, async () => {
  await undo.disposeAsync();
});

async function serve({ databaseUrl, folder, people }: TeamServer): Promise<TeamServing> {
  const log = createLog("info");
  const onDefect = (error: unknown) => log.error({ name: (error as Error).name }, "defect");
  const open = await openPostgres(databaseUrl);
  undo.defer(open.close);
  const services = await composeServices({
    open,
    pepperFile: join(folder, "pepper"),
    tokenPrefix: "sk",
    onDefect,
  });
  undo.defer(services.close);
  const app = httpApp({
    services,
    identify: identifyOr(null, services),
    originOf: () => ({ via: "http", address: "127.0.0.1" }),
    hosts: ["127.0.0.1"],
    log,
    onDefect,
  });
  const answer = getRequestListener(app.fetch);
  const server = createServer({ joinDuplicateHeaders: true }, (request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  undo.defer(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const members = Array.from({ length: people }, (_, at) => {
    const email = `member-${at}@example.com`;
    return newUser({ email, name: email });
  });
  await insertUsers(open.db, services.pepper, members);
  const sessionTokens: string[] = [];
  for (const { id } of members) {
    const { token } = await insertSession(open.db, services, id, SESSION_MAX_SECONDS);
    sessionTokens.push(token);
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sessionTokens };
}
