/** A person ended a command instead of answering it: by Ctrl-C, or by the end of the input (Ctrl-D). */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** As shells count it: 128 and the number of SIGINT. */
  readonly exitCode: number;

  constructor(by: "signal" | "end") {
    super("Nothing was changed.");
    this.exitCode = by === "signal" ? 130 : 1;
  }
}
