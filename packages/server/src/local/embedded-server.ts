import type { DataFolder } from "./data-folder.ts";

export type EmbeddedOptions = {
  readonly folder: DataFolder;
  readonly tokenPrefix: string;
  readonly pepperFile?: string | undefined;
  readonly migrationsFolder?: string | undefined;
  /** A database folder made beforehand: copying it is five times faster than making one. */
  readonly templateFolder?: string | undefined;
};

export type EmbeddedServer = {
  /** The same application as on the socket, without the way through it. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
};
