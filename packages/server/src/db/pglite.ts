import { setFlagsFromString } from "node:v8";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { drizzle } from "drizzle-orm/pglite";
import { freeBytes, RESERVE_BYTES } from "../files/disk.ts";
import { Outage, storageFault } from "../faults/outage.ts";
import type { Database, OpenDatabase } from "./database.ts";
import { setAll, TEXT_FORMS } from "./session-settings.ts";

/** PGlite's own 128 MB are allocated from the start; a few thousand keys fit into this. */
const SHARED_BUFFERS = "16MB";

/**
 * How much a function of PGlite runs before V8 optimizes it. V8's own 13,000,000 are reached while the database
 * opens; compiling one of the functions then takes seconds, and no process exits before that is done: a
 * command would have answered, and still block the shell. A busy server reaches this within moments.
 */
const OPTIMIZED_AFTER = "--wasm-tiering-budget=2000000000";

/**
 * PostgreSQL inside this process, on a folder (or in memory, without one). Nothing here excludes a second
 * process: take the folder's lock first.
 */
export async function openPglite(folder?: string): Promise<OpenDatabase> {
  setFlagsFromString(OPTIMIZED_AFTER);
  const client = new GuardedPglite({
    ...(folder === undefined ? {} : { dataDir: folder }),
    extensions: { pg_trgm },
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`],
  });
  await client.waitReady;
  await client.exec(setAll(TEXT_FORMS, "session"));
  const db = drizzle(client, { casing: "snake_case" });
  const assertWritable = async () => {
    if (folder !== undefined && (await freeBytes(folder)) < RESERVE_BYTES) {
      throw new Outage("storage_full");
    }
  };
  return {
    db: db as unknown as Database,
    lookups: db as unknown as Database,
    pools: () => [],
    notifies: false,
    // All changes to this database are made by this process, which knows of them.
    followLog: async () => ({ isWoken: true, check: async () => {}, close: () => {} }),
    change: (work) => (db as unknown as Database).transaction(work),
    exclusively: (work) => (db as unknown as Database).transaction(work),
    assertWritable,
    probeWritable: assertWritable,
    close: async () => {
      if (!client.closed) await client.close();
    },
  };
}

/**
 * PGlite loops forever on the first statement after a full disk, even a ROLLBACK. So after the first such error
 * no statement is sent to the engine any more.
 */
class GuardedPglite extends PGlite {
  #full = false;

  override async execProtocol(...call: Parameters<PGlite["execProtocol"]>) {
    return this.#guard(() => super.execProtocol(...call));
  }

  override async execProtocolStream(...call: Parameters<PGlite["execProtocolStream"]>) {
    return this.#guard(() => super.execProtocolStream(...call));
  }

  override async execProtocolRaw(...call: Parameters<PGlite["execProtocolRaw"]>) {
    return this.#guard(() => super.execProtocolRaw(...call));
  }

  override async close() {
    // Closing would write a checkpoint. What was acknowledged is in the log on disk.
    if (!this.#full) await super.close();
  }

  async #guard<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#full) throw new Outage("storage_full");
    try {
      return await call();
    } catch (error) {
      if (storageFault(error).code === "53100") this.#full = true;
      throw error;
    }
  }
}
