import { CompactRecord, type User } from "@latchkey/core";
import type { FoundKey } from "../store/port/keys.ts";
import type { UsedKey, UseRow } from "../usage/use-counts.ts";

/** What is known of a key that a presented token stands for, and of its owner. */
export class KnownKey extends CompactRecord implements UsedKey {
  readonly owner: User;
  countedIn: UseRow | null = null;

  constructor({ record, owner }: FoundKey) {
    super(record);
    this.owner = owner;
  }
}
