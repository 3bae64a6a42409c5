import type { StoredEvent } from "../../store/port/log.ts";
import type { Caller, Services } from "../services.ts";

export type ListEventsInput = {
  readonly keyId: string | undefined;
  readonly actorId: string | undefined;
  readonly type: string | undefined;
  readonly before: number | undefined;
  readonly limit: number;
};

/** The log, newest first: for an admin all of it, for anyone else their own. */
export async function listEvents(
  { store }: Services,
  { principal }: Caller,
  input: ListEventsInput,
): Promise<{ items: readonly StoredEvent[]; nextBefore: number | null }> {
  const visibleTo = principal.role === "admin" ? null : principal.userId;
  const found = await store.listEvents({ ...input, visibleTo, limit: input.limit + 1 });
  const items = found.slice(0, input.limit);
  const nextBefore = found.length > input.limit ? (items.at(-1)?.seq ?? null) : null;
  return { items, nextBefore };
}
