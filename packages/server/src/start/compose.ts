import { randomBytes } from "node:crypto";
import { derivePepperKey } from "@latchkey/core";
import type { OpenDatabase } from "../db/database.ts";
import { MIGRATIONS_FOLDER } from "../db/migrate.ts";
import { createFeed } from "../events/feed.ts";
import { createTally } from "../use-cases/tally.ts";
import { prepareDatabase } from "./prepare.ts";
import { knownKeys } from "../verification/known-keys.ts";
import { loginThrottle } from "../use-cases/sessions/login-throttle.ts";
import { createPasswords } from "../use-cases/sessions/password.ts";
import { createUseRecorder } from "../usage/record-use.ts";
import type { Services } from "../use-cases/services.ts";
import { countedWatches } from "../events/watches.ts";
import { drizzleStore } from "../store/drizzle/drizzle-store.ts";
import { createSeals } from "../store/drizzle/seals.ts";

export type AppOptions = {
  readonly open: OpenDatabase;
  readonly pepperFile: string;
  readonly tokenPrefix: string;
  /** Where the SQL is; a bundle has it in another place than the sources. */
  readonly migrationsFolder?: string | undefined;
  /** Called with defects of background work. Don't log `error` as it is. */
  readonly onDefect: (error: unknown) => void;
};

/** The composition root: an open database becomes the use cases' services. */
export async function composeServices({
  open,
  pepperFile,
  tokenPrefix,
  migrationsFolder = MIGRATIONS_FOLDER,
  onDefect,
}: AppOptions): Promise<Services> {
  const pepper = await prepareDatabase(open, { pepperFile, migrationsFolder, randomBytes });
  const logKey = derivePepperKey(pepper, "latchkey/event-log/v1");
  const seals = createSeals(pepper);
  const tally = createTally();
  const store = drizzleStore(open, {
    logKey,
    seals,
    onCommitted: (events) => {
      for (const { type } of events) tally.events.set(type, (tally.events.get(type) ?? 0) + 1);
      keys.apply(events);
      feed.wake();
    },
  });
  const feed = createFeed({
    readLogAfter: store.readLogAfter,
    readHead: store.readHead,
    followLog: open.followLog,
  });
  const keys = knownKeys({ pepper, findKeys: store.findKeys, feed });
  const use = createUseRecorder({ store, onDefect });
  return {
    store,
    keys,
    feed,
    use,
    tally,
    pools: open.pools,
    pepper,
    logKey,
    sessionKey: derivePepperKey(pepper, "latchkey/session-digest/v1"),
    deviceKey: derivePepperKey(pepper, "latchkey/device-hint/v1"),
    watches: countedWatches(),
    passwords: createPasswords({
      secret: derivePepperKey(pepper, "latchkey/password/v1"),
      randomBytes,
    }),
    throttle: loginThrottle(store),
    tokenPrefix,
    randomBytes,
    close: async () => {
      await use.close();
      await feed.close();
    },
  };
}
