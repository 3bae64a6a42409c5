export { checkVariables } from "./config/check-variables.ts";
export { type Config, dataDirOf, readConfig } from "./config/config.ts";
export type { LatchkeyServer } from "./start/create-server.ts";
export { baseFolder } from "./files/base-folder.ts";
export { type DataFolder, dataFolder } from "./embedded/data-folder.ts";
export { startEmbedded } from "./start/embedded.ts";
export type { EmbeddedOptions } from "./start/embedded-options.ts";
export type { RunningServer } from "./start/run.ts";
export { requireOwn } from "./files/ownership.ts";
export { socketPathOf } from "./embedded/socket-path.ts";
export { requireOwnSocket, requireTrustedSocket } from "./files/trusted-socket.ts";
export type { PrivateGateway } from "./ssh/private-gateway.ts";
export { openDefectLog } from "./log/defect-log.ts";
export { StartRefused } from "./faults/start-refused.ts";

/** Loads PostgreSQL's driver only where it is used. */
export const startOnPostgres: typeof import("./start/on-postgres.ts").startOnPostgres = async (
  ...call
) => (await import("./start/on-postgres.ts")).startOnPostgres(...call);

/** Loads what serves only where something is served. */
export const createServer: typeof import("./start/create-server.ts").createServer = async (
  ...call
) => (await import("./start/create-server.ts")).createServer(...call);
