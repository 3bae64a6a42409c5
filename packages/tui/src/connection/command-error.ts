import type { CallError } from "@latchkey/client";

/** A command that ends before a server is called: its input or its environment doesn't allow it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: CallError["code"];

  constructor(code: CallError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function usage(message: string): CommandError {
  return new CommandError("INPUT_INVALID", message);
}
