/** A person ended a command instead of agreeing: by no, by Ctrl-C, or by the end of the input (Ctrl-D). */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** What `--json` prints; nothing if the signal itself tells the shell. */
  readonly code: "DECLINED" | null;
  /** The shell's convention: 128 and the number of SIGINT. */
  readonly exitCode: number;

  constructor(by: "no" | "signal" | "end") {
    super("Nothing was changed.");
    this.code = by === "signal" ? null : "DECLINED";
    this.exitCode = by === "signal" ? 130 : 1;
  }
}
