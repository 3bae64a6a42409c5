import type { DataFolder } from "../embedded/data-folder.ts";

export type EmbeddedOptions = {
  readonly folder: DataFolder;
  readonly tokenPrefix: string;
  readonly pepperFile?: string | undefined;
  readonly migrationsFolder?: string | undefined;
  /** A database folder made in advance: copying it is five times faster than making one. */
  readonly templateFolder?: string | undefined;
};
