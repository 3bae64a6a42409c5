import type { ErrorCode } from "@latchkey/core";

/** A command that ends before a server is asked: its input or its surroundings don't allow it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function usage(message: string): CommandError {
  return new CommandError("INPUT_INVALID", message);
}
