import { isSessionOver } from "@latchkey/core";
import type { SessionView } from "../../store/port/sessions.ts";
import type { Caller, Services } from "../services.ts";

export type ListedSession = SessionView & { readonly current: boolean };

/** The caller's own sessions that are not over, the newest first. */
export async function listSessions(
  { store }: Services,
  { principal }: Caller,
): Promise<ListedSession[]> {
  const { items, now } = await store.listSessions(principal.userId);
  const current = principal.kind === "session" ? principal.sessionId : null;
  return items
    .filter((session) => !isSessionOver(session, now))
    .map((session) => ({ ...session, current: session.id === current }));
}
