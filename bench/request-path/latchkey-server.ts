import { z } from "zod";
import { createServer } from "../../packages/server/src/create-server.ts";
import { readConfig } from "../../packages/server/src/config.ts";
import { appRouter } from "../../packages/server/src/router.ts";
import { anybody, router } from "../../packages/server/src/trpc.ts";

// `latchkey serve` as it is, with procedures beside its own that do nothing: what the stack costs.

const noops = router({
  query: anybody.query(() => ({})),
  withToken: anybody
    .input(z.strictObject({ token: z.string(), scopes: z.array(z.string()).optional() }))
    .mutation(() => ({ outcome: "VALID" })),
});
const proceduresOf = ({ ["_def"]: { procedures } }: typeof appRouter | typeof noops) =>
  procedures as unknown as Record<string, unknown>;
for (const [name, procedure] of Object.entries(proceduresOf(noops))) {
  proceduresOf(appRouter)[`noop.${name}`] = procedure;
}
const server = await createServer(readConfig(process.env));
process.on("SIGTERM", () => {
  void server.close().then(() => process.exit(0));
});
process.send?.(server.url);
