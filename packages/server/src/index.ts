export { type Config, readConfig } from "./config.ts";
export { type DataFolder, dataFolder } from "./local/data-folder.ts";
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from "./local/embedded.ts";
export { socketPathOf } from "./local/socket-path.ts";
export { StartRefused } from "./start-refused.ts";

/** Loads PostgreSQL's driver only where it is used. */
export const startOnPostgres: typeof import("./on-postgres.ts").startOnPostgres = async (...call) =>
  (await import("./on-postgres.ts")).startOnPostgres(...call);
