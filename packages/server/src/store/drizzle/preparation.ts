import { derivePepperKey } from "@latchkey/core";
import { eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { events, settings } from "../../db/schema.ts";
import type { Preparation } from "../port/preparation.ts";
import { changeStore } from "./change-store.ts";
import { sealRows } from "./seal-rows.ts";
import { createSeals } from "./seals.ts";
import { snapshotOf } from "./snapshot.ts";

const PEPPER_CHECK = "pepper_check";

/** @param tx a transaction, while no other server prepares this database */
export function preparationIn(tx: Database): Preparation {
  return {
    async readPepperCheck() {
      const [row] = await tx.select().from(settings).where(eq(settings.name, PEPPER_CHECK));
      return row?.value ?? null;
    },

    async writePepperCheck(value) {
      await tx
        .insert(settings)
        .values({ name: PEPPER_CHECK, value })
        .onConflictDoUpdate({ target: settings.name, set: { value } });
    },

    unsealedRows(pepper) {
      const seals = createSeals(pepper);
      const logKey = derivePepperKey(pepper, "latchkey/event-log/v1");
      return {
        ...changeStore(tx, { logKey, seals, notifies: false, onAppend: () => {} }),
        snapshot: snapshotOf(tx, seals),

        async readSealedSeq() {
          const sealed = eq(events.type, "database.sealed");
          const [event] = await tx.select().from(events).where(sealed).limit(1);
          return event?.seq ?? null;
        },

        sealAll: () => sealRows(tx, seals),
      };
    },
  };
}
