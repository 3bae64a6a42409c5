import type { CallError } from "@latchkey/client";
import type { PrivateGateway } from "../../connection/on-this-machine.ts";

// What the server and the process of its SSH server tell each other over their IPC channel.

/** Where and as what to listen. */
export type SshSettings = {
  readonly socketPath: string;
  readonly hostKeyFile: string;
  readonly host: string;
  readonly port: number;
};

export type ToProcess =
  | { readonly type: "listen"; readonly settings: SshSettings }
  /** Sends everybody away in good order, and exits. */
  | { readonly type: "stop" };

export type FromProcess =
  /** It lives: whatever comes says so. */
  | { readonly type: "beat" }
  | { readonly type: "listens"; readonly port: number; readonly hostKey: string }
  /** It can't listen, and exits. */
  | { readonly type: "refusal"; readonly code: CallError["code"]; readonly message: string }
  | { readonly type: "refused"; readonly attempt: Parameters<PrivateGateway["refused"]> }
  | { readonly type: "defect"; readonly error: unknown };

export const BEAT_MS = 1000;
/** How long its screens may take to be left. */
export const STOP_MS = 6000;
