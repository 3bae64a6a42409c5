/** The rows that power rests on. */
export type SealedKind = "user" | "sshKey" | "session" | "key";

/**
 * A stored row that is not as the program wrote it. A defect: it says nothing of the credential, so it is
 * never a verdict, and nothing is decided or written by it.
 */
export class RowTampered extends Error {
  override readonly name = "RowTampered";
  readonly row: { readonly kind: SealedKind; readonly id: string };

  constructor(kind: SealedKind, id: string) {
    super(`the stored ${kind} ${id} is not as it was written`);
    this.row = { kind, id };
  }
}
