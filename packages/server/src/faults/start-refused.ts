/** Why Latchkey will not start, as a sentence for people that says what to do. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
  /** Whether its input is wrong, or what it found. */
  readonly code: "INPUT_INVALID" | "UNAVAILABLE";

  constructor(message: string, code: "INPUT_INVALID" | "UNAVAILABLE" = "UNAVAILABLE") {
    super(message);
    this.code = code;
  }
}
