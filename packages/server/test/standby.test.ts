import { expect, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";

test("a standby is refused at start with what to change (PostgreSQL)", async () => {
  const postgres = await startRestartablePostgres();
  try {
    await postgres.kill();
    await postgres.startAsStandby();
    const refusal = await until(() =>
      openPostgres(postgres.url, 1).then(
        (open) => open.close(),
        // Until then it is starting.
        ({ message }: Error) => /standby/.test(message) && message,
      ),
    );
    expect(refusal).toMatch(/standby.*primary/);
  } finally {
    await postgres.remove();
  }
});
