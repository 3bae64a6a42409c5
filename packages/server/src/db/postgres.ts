import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import type { Database, OpenDatabase } from "./database.ts";

/** Any number that no other program uses as an advisory lock: "latchkey" in a 64-bit integer. */
const PREPARE_LOCK = sql.raw("x'6c617463686b6579'::bigint");

/** PostgreSQL by its URL, through a pool of `connections`. */
export async function openPostgres(url: string, connections = 10): Promise<OpenDatabase> {
  const pool = (max: number) =>
    postgres(url, {
      max,
      // A restarted server is found again at once, not after postgres.js's own 20 s.
      backoff: () => 0.1,
      connect_timeout: 10,
      onnotice: () => {},
      connection: { application_name: "latchkey" },
    });
  const client = pool(connections);
  const db = drizzle(client, { casing: "snake_case" });
  return {
    db: db as unknown as Database,
    exclusively: async (work) => {
      // The advisory lock belongs to a connection, so the work must stay on that one.
      const single = pool(1);
      try {
        const locked = drizzle(single, { casing: "snake_case" }) as unknown as Database;
        await locked.execute(sql`select pg_advisory_lock(${PREPARE_LOCK})`);
        return await work(locked);
      } finally {
        await single.end({ timeout: 5 });
      }
    },
    migrateSchema: async (target, migrationsFolder) =>
      migrate(target as unknown as typeof db, { migrationsFolder }),
    assertWritable: async () => {},
    close: async () => client.end({ timeout: 5 }),
  };
}
