import { createServer } from "../../packages/server/src/start/create-server.ts";
import { readConfig } from "../../packages/server/src/config/config.ts";
import { addNoopProcedures } from "../noop-procedures.ts";

// `latchkey serve` as it is, with procedures beside its own that do nothing.

addNoopProcedures();
const server = await createServer(readConfig(process.env));
process.on("SIGTERM", () => {
  void server.close().then(() => process.exit(0));
});
process.send?.(server.url);
