import type { Pepper } from "@latchkey/core";
import type { LogChanges } from "./log.ts";
import type { Snapshot } from "./snapshot.ts";

/** The rows of a program that had no seals, and the log that they are held against. */
export type UnsealedRows = Pick<LogChanges, "lockHead" | "instant" | "append"> & {
  readonly snapshot: Snapshot;
  /** Which event says that rows were sealed; `null` where none does. */
  readSealedSeq(): Promise<number | null>;
  /** Seals all rows as they stand. The log has been held against them before. */
  sealAll(): Promise<void>;
};

/** What a start may do before there is a pepper, in one transaction, while no other server does the same. */
export type Preparation = {
  /** What recognises the pepper; `null` where there never was one. */
  readPepperCheck(): Promise<Uint8Array | null>;
  writePepperCheck(check: Uint8Array): Promise<void>;
  unsealedRows(pepper: Pepper): UnsealedRows;
};
