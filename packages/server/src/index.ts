export { type Config, readConfig } from "./config.ts";
export { startOnPostgres } from "./in-process.ts";
export { type DataFolder, dataFolder } from "./local/data-folder.ts";
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from "./local/embedded.ts";
export { socketPathOf } from "./local/socket.ts";
export { StartRefused } from "./start-refused.ts";
