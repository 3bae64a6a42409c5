import type { Redacted } from "@latchkey/core";
import type { LatchkeyClient } from "@latchkey/server/client";

export type ConnectionStatus =
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting"; readonly since: Date };

/** A server that can be asked, and how the way to it stands. */
export type Connection = {
  readonly client: LatchkeyClient;
  /** What is worked on, for people: e.g. "this computer". */
  readonly place: string;
  status(): ConnectionStatus;
  /** The listener is called when the status changes. Gives the way to stop. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
  /**
   * Signs a person in; rejects with what the call threw (give it to `errorOf`). From then on `client`
   * acts as them. Absent where nobody signs in.
   */
  readonly signIn?: (credentials: {
    readonly email: string;
    readonly password: Redacted<string>;
  }) => Promise<unknown>;
  /** Who was signed in here last, to fill the form. */
  readonly lastEmail?: string;
};

export type TerminalOptions = {
  /** Rejects with an Error whose message is a sentence for people. */
  readonly connect: () => Promise<Connection>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The clock; the system's where left out. */
  readonly now?: () => Date;
};
