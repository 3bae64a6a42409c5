import type { KeyId } from "@latchkey/core";
import { eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { apiKeys } from "../../db/schema.ts";
import { keyViewColumns, keyViewFromRow } from "./key-rows.ts";
import type { KeyView } from "../port/keys.ts";

export async function readKeyView(db: Database, id: KeyId): Promise<KeyView | null> {
  const [row] = await db.select(keyViewColumns).from(apiKeys).where(eq(apiKeys.id, id));
  return row === undefined ? null : keyViewFromRow(row);
}
