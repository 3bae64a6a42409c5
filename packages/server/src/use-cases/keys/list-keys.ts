import {
  type ErrorOf,
  err,
  ok,
  type Principal,
  parseToken,
  type Result,
  type UserId,
} from "@latchkey/core";
import type { KeyQuery, KeyView } from "../../store/port/keys.ts";
import { decodeCursor, encodeCursor } from "./list-cursor.ts";
import type { Caller, Services } from "../services.ts";

/** Totals are exact up to here, and reported as capped beyond. */
const TOTAL_CAP = 1000;

export type ListKeysInput = Omit<KeyQuery, "ownerId" | "after" | "now"> & {
  readonly owner: "me" | "all" | UserId;
  readonly cursor: string | undefined;
};

export type KeyList = {
  readonly items: readonly KeyView[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly totalIsCapped: boolean;
  readonly now: Date;
};

/** A page of the keys that the principal may see. Error: INPUT_INVALID (cursor). */
export async function listKeys(
  { store }: Pick<Services, "store">,
  { principal }: Pick<Caller, "principal">,
  input: ListKeysInput,
): Promise<Result<KeyList, ErrorOf<"INPUT_INVALID">>> {
  const { owner, cursor, search, ...filters } = input;
  const after = cursor === undefined ? null : decodeCursor(cursor, input);
  if (after === undefined) {
    const message = "is not from this list. Start again without it.";
    return err({ code: "INPUT_INVALID", fields: [{ field: "cursor", message }] });
  }
  const now = await store.now();
  const ownerId = ownerFilter(owner, principal);
  if (ownerId === undefined) {
    return ok({ items: [], nextCursor: null, total: 0, totalIsCapped: false, now });
  }
  // A whole token that is pasted to find its key is searched by its redacted form.
  const term = search === undefined ? undefined : (parseToken(search.trim())?.redacted ?? search);
  const query: KeyQuery = { ...filters, ownerId, search: term, after, now };
  const [page, counted] = await Promise.all([
    store.listKeys(query),
    store.countKeys(query, TOTAL_CAP),
  ]);
  return ok({
    items: page.items,
    nextCursor: page.next === null ? null : encodeCursor(page.next, input),
    total: Math.min(counted, TOTAL_CAP),
    totalIsCapped: counted > TOTAL_CAP,
    now,
  });
}

/** Whose keys: one user's, everybody's (`null`), or none that the principal may see. */
function ownerFilter(
  owner: ListKeysInput["owner"],
  { userId, role }: Principal,
): UserId | null | undefined {
  if (owner === "me") return userId;
  if (role === "admin") return owner === "all" ? null : owner;
  return owner === "all" || owner === userId ? userId : undefined;
}
