/** The rows that power depends on. */
export type SealedKind = "user" | "sshKey" | "session" | "key";

/**
 * A stored row that is not as Latchkey wrote it. A defect: it says nothing about the credential, so it is never
 * an outcome, and nothing is decided or written because of it.
 */
export class RowTampered extends Error {
  override readonly name = "RowTampered";
  readonly row: { readonly kind: SealedKind; readonly id: string };

  constructor(kind: SealedKind, id: string) {
    super(`the stored ${kind} ${id} is not as it was written`);
    this.row = { kind, id };
  }
}
