export { checkVariables } from "./check-variables.ts";
export { type Config, dataDirOf, readConfig } from "./config.ts";
export type { LatchkeyServer } from "./create-server.ts";
export { baseFolder } from "./local/base-folder.ts";
export { type DataFolder, dataFolder } from "./local/data-folder.ts";
export { startEmbedded } from "./local/embedded.ts";
export type { EmbeddedOptions, EmbeddedServer } from "./local/embedded-server.ts";
export { requireOwn } from "./local/ownership.ts";
export { socketPathOf } from "./local/socket-path.ts";
export { requireOwnSocket, requireTrustedSocket } from "./local/trusted-socket.ts";
export type { SshGateway } from "./ssh-gateway.ts";
export { StartRefused } from "./start-refused.ts";

/** Loads PostgreSQL's driver only where it is used. */
export const startOnPostgres: typeof import("./on-postgres.ts").startOnPostgres = async (...call) =>
  (await import("./on-postgres.ts")).startOnPostgres(...call);

/** Loads what serves only where something is served. */
export const createServer: typeof import("./create-server.ts").createServer = async (...call) =>
  (await import("./create-server.ts")).createServer(...call);
