import type { Config } from "../config/config.ts";
import type { Details } from "../http/app.ts";
import type { Listener } from "./listen.ts";
import type { Log } from "../log/log.ts";
import type { SshGateway } from "../ssh/gateway.ts";
import type { DataFolder } from "../embedded/data-folder.ts";

export type EmbeddedOptions = {
  readonly folder: DataFolder;
  readonly tokenPrefix: string;
  readonly pepperFile?: string | undefined;
  readonly migrationsFolder?: string | undefined;
  /** A database folder made beforehand: copying it is five times faster than making one. */
  readonly templateFolder?: string | undefined;
};

/** A server inside this process. */
export type EmbeddedServer = {
  /** The application as the operator sees it, without a way through any socket. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Serves it over TCP too, where nobody is the operator. Throws `StartRefused`. */
  readonly listen: (config: Config, log: Log, details?: Details) => Promise<Listener>;
  /** Lets people in who come by SSH, until it closes. */
  readonly openSsh: (log: Log) => Promise<SshGateway>;
  /** Ends listeners first, then the rest. */
  readonly close: () => Promise<void>;
};
