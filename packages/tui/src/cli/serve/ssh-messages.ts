import type { CallError } from "@latchkey/client";
import type { PrivateGateway } from "../../connection/on-this-machine.ts";

// The messages between the server and its SSH process over their IPC channel.

/** Where and as what to listen. */
export type SshSettings = {
  readonly socketPath: string;
  readonly hostKeyFile: string;
  readonly host: string;
  readonly port: number;
};

export type ToProcess =
  | { readonly type: "listen"; readonly settings: SshSettings }
  /** Disconnects everybody in good order, and exits. */
  | { readonly type: "stop" };

export type FromProcess =
  /** A sign of life, as is every other message. */
  | { readonly type: "beat" }
  | { readonly type: "listens"; readonly port: number; readonly hostKey: string }
  /** It can't listen, and exits. */
  | { readonly type: "refusal"; readonly code: CallError["code"]; readonly message: string }
  | { readonly type: "refused"; readonly attempt: Parameters<PrivateGateway["refused"]> }
  | { readonly type: "defect"; readonly error: unknown };

export const BEAT_MS = 1000;
/** How long its screens may take to close. */
export const STOP_MS = 6000;
