import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import {
  digestSessionToken,
  generateToken,
  newSessionId,
  newUserId,
  SESSION_MAX_SECONDS,
  SESSION_PREFIX,
  type User,
} from "@latchkey/core";
import { composeServices } from "../../packages/server/src/start/compose.ts";
import { createLog } from "../../packages/server/src/log/log.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import { sessions, users } from "../../packages/server/src/db/schema.ts";
import { httpApp } from "../../packages/server/src/http/app.ts";
import { identifyOr } from "../../packages/server/src/http/identify.ts";
import { createSeals } from "../../packages/server/src/store/drizzle/seals.ts";
import { newSessionRow } from "../../packages/server/src/store/drizzle/session-rows.ts";
import { newUserRow } from "../../packages/server/src/store/drizzle/user-rows.ts";
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
  const seals = createSeals(services.pepper);
  const sessionTokens: string[] = [];
  for (let at = 0; at < people; at += 1) sessionTokens.push(await sessionOf(at));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sessionTokens };

  /** Past the log, and past the password, which takes its time on purpose. */
  async function sessionOf(at: number): Promise<string> {
    const now = new Date();
    const userId = newUserId(now, randomBytes);
    const email = `member-${at}@example.com`;
    const token = generateToken(SESSION_PREFIX, randomBytes).token.reveal();
    const expiresAt = new Date(now.getTime() + SESSION_MAX_SECONDS * 1000);
    const user: User = {
      id: userId,
      email,
      name: email,
      role: "member",
      disabled: false,
      createdAt: now,
    };
    await open.db.insert(users).values(newUserRow(seals, user, null));
    const session = {
      id: newSessionId(now, randomBytes),
      userId,
      digest: digestSessionToken(services.sessionKey, token),
      via: "http",
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      sshFingerprint: null,
    };
    await open.db.insert(sessions).values(newSessionRow(seals, session));
    return token;
  }
}
