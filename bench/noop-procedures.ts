import { z } from "zod";
import { appRouter } from "../packages/server/src/trpc/router.ts";
import { anybody, router } from "../packages/server/src/trpc/procedure.ts";

const noops = router({
  query: anybody.query(() => ({})),
  withToken: anybody
    .input(z.strictObject({ token: z.string(), scopes: z.array(z.string()).optional() }))
    .mutation(() => ({ outcome: "VALID" })),
});

/**
 * Puts `noop.query` and `noop.withToken` beside the procedures of the contract, in this process alone: what
 * the stack costs by itself. They ask nobody who they are.
 */
export function addNoopProcedures(): void {
  for (const [name, procedure] of Object.entries(proceduresOf(noops))) {
    proceduresOf(appRouter)[`noop.${name}`] = procedure;
  }
}

function proceduresOf({ ["_def"]: { procedures } }: typeof appRouter | typeof noops) {
  return procedures as unknown as Record<string, unknown>;
}
