import type { Redacted } from "@latchkey/core";
import type { EventsObserver, LatchkeyClient } from "@latchkey/client";

/** A server that can be called and followed. */
export type Connection = {
  readonly client: LatchkeyClient;
  /** Its name for people: e.g. "this computer". */
  readonly place: string;
  /** Follows the log as `client`'s user; rejoins by itself. Returns an unsubscribe function. */
  readonly follow: (observer: EventsObserver) => () => void;
  close(): Promise<void>;
  /** Logs a defect of this process in the installation's log. Absent if that is on another machine. */
  readonly logDefect?: (error: unknown) => void;
  /**
   * Signs a person in; rejects with what the call threw (pass it to `errorOf`). From then on `client` acts as them.
   * Absent if nobody signs in.
   */
  readonly signIn?: (credentials: {
    readonly email: string;
    readonly password: Redacted<string>;
  }) => Promise<unknown>;
  /** Who was signed in here last, to fill the form. */
  readonly lastEmail?: string;
};

/** What a terminal opens on. */
export type Opening = {
  /** Rejects with an Error whose message is a sentence for people. */
  readonly connect: () => Promise<Connection>;
  /** Whether Ctrl-Z returns to a shell; it does by default. */
  readonly suspends?: boolean;
};

export type TerminalOptions = Opening & {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Logs a defect. The person at the terminal sees that there was one. */
  readonly onDefect: (error: unknown) => void;
  /** The clock; the system's by default. */
  readonly now?: () => Date;
};
