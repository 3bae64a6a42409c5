import type { Pepper } from "@latchkey/core";
import type { LogChanges } from "./log.ts";
import type { Snapshot } from "./snapshot.ts";

/** The rows of a version without MACs, and the log that they are compared with. */
export type UnsealedRows = Pick<LogChanges, "lockHead" | "instant" | "append"> & {
  readonly snapshot: Snapshot;
  /** The event that says that rows got their MACs; `null` if there is none. */
  readSealedSeq(): Promise<number | null>;
  /** Adds MACs to all rows as they are. They have been compared with the log before. */
  sealAll(): Promise<void>;
};

/** What a start may do before there is a pepper, in one transaction, while no other server does the same. */
export type Preparation = {
  /** What recognises the pepper; `null` if there never was one. */
  readPepperCheck(): Promise<Uint8Array | null>;
  writePepperCheck(check: Uint8Array): Promise<void>;
  unsealedRows(pepper: Pepper): UnsealedRows;
};
