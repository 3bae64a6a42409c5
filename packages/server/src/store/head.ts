import type { Database } from "../db/database.ts";
import { eventHead } from "../db/schema.ts";
import type { Head } from "./store.ts";

export async function readHead(db: Database): Promise<Head> {
  const [head] = await db.select().from(eventHead);
  if (head === undefined) throw new Error("the log has lost its head row");
  return head;
}
