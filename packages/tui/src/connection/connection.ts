import type { Redacted } from "@latchkey/core";
import type { EventsObserver, LatchkeyClient } from "@latchkey/client";

/** A server that can be asked and followed. */
export type Connection = {
  readonly client: LatchkeyClient;
  /** What is worked on, for people: e.g. "this computer". */
  readonly place: string;
  /** Follows the log as whoever `client` acts as; joins again by itself. Gives the way to stop. */
  readonly follow: (observer: EventsObserver) => () => void;
  close(): Promise<void>;
  /** Logs a defect of this process where the installation keeps its log. Absent where that is elsewhere. */
  readonly logDefect?: (error: unknown) => void;
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

/** What a terminal opens on. */
export type Opening = {
  /** Rejects with an Error whose message is a sentence for people. */
  readonly connect: () => Promise<Connection>;
  /** Whether Ctrl-Z leads back to a shell; it does where left out. */
  readonly suspends?: boolean;
};

export type TerminalOptions = Opening & {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Keeps a defect for whoever looks into it. The person at the terminal is told that there was one. */
  readonly onDefect: (error: unknown) => void;
  /** The clock; the system's where left out. */
  readonly now?: () => Date;
};
