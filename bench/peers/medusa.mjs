// @medusajs/api-key on PostgreSQL, called in its own process: no HTTP on its side.
import { MedusaApp, MedusaModule } from "@medusajs/framework/modules-sdk";
import { ContainerRegistrationKeys, createPgConnection } from "@medusajs/framework/utils";
import { measure } from "./load.mjs";

const clientUrl = process.env.DATABASE_URL;
const connection = createPgConnection({ clientUrl });
const app = await MedusaApp({
  modulesConfig: {
    api_key: { resolve: "@medusajs/api-key", options: { database: { clientUrl } } },
  },
  injectedDependencies: { [ContainerRegistrationKeys.PG_CONNECTION]: connection },
});
await app.runMigrations();
await app.onApplicationStart();
const keys = app.modules.api_key;
const { token } = await keys.createApiKeys({ title: "bench", type: "secret", created_by: "bench" });
await measure(async () => {
  if ((await keys.authenticate(token)) === false) throw new Error("not valid");
});
await app.onApplicationPrepareShutdown();
await app.onApplicationShutdown();
MedusaModule.clearInstances();
await connection.destroy();
process.exit(0);
