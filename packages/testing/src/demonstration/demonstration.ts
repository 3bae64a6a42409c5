import {
  type ApiKey,
  type CallError,
  errorOf,
  type EventsObserver,
  type LatchkeyClient,
  LocalFailure,
} from "@latchkey/client";
import type { Redacted } from "@latchkey/core";
import { demonstrationClient } from "./demonstration-client.ts";
import {
  DEMONSTRATION_PASSWORD,
  demoMara,
  demoOps,
  demoTheo,
  exampleEvents,
  exampleKeys,
  exampleSshKeys,
} from "./examples.ts";
import type { Held } from "./held.ts";

// A server in memory that holds just enough for pictures and for screens that are hard to reach.

type SignIn = (credentials: {
  readonly email: string;
  readonly password: Redacted<string>;
}) => Promise<void>;

/** What the terminal connects to. */
type Connection = {
  readonly client: LatchkeyClient;
  readonly place: string;
  readonly follow: (observer: EventsObserver) => () => void;
  close(): Promise<void>;
  readonly signIn?: SignIn;
  readonly lastEmail?: string;
};

export type Demonstration = Held & {
  readonly connection: Connection;
  /** The link to the log is lost, and found again by `reconnect`. */
  cut(error?: CallError): void;
  reconnect(): void;
  /** Whoever works here is signed out elsewhere. */
  endSession(): void;
  closed: boolean;
};

/** Makes it a server over HTTP where a password is asked for: `signedIn` says who is. */
export function overHttp(demonstration: Demonstration, lastEmail = ""): Demonstration {
  const signIn: SignIn = async ({ email, password }) => {
    await demonstration.before({ procedure: "auth.login", input: { email } });
    if (password.reveal() !== DEMONSTRATION_PASSWORD) {
      throw new LocalFailure({ code: "UNAUTHENTICATED", why: "login" });
    }
    const user = demonstration.users.find((candidate) => candidate.email === email) ?? demoOps;
    const { id: userId, name, role } = user;
    demonstration.signedIn = true;
    demonstration.principal = {
      kind: "session",
      userId,
      email: user.email,
      name,
      role,
      keyId: null,
      scopes: ["*"],
    };
  };
  demonstration.signedIn = false;
  const connection = { ...demonstration.connection, place: "keys.example.com", signIn, lastEmail };
  return Object.assign(demonstration, { connection });
}

const SIGNED_OUT = errorOf(new LocalFailure({ code: "UNAUTHENTICATED" }));
const UNREACHABLE = errorOf(new LocalFailure({ code: "UNAVAILABLE", why: "unreachable" }));

export function createDemonstration(keys: ApiKey[] = exampleKeys()): Demonstration {
  const followers = new Set<EventsObserver>();
  let lostBy: CallError | null = null;
  const greet = (observer: EventsObserver): void => {
    const error = state.signedIn ? lostBy : SIGNED_OUT;
    if (error === null) observer.joined();
    else observer.lost(error);
  };
  const state: Demonstration = {
    calls: [],
    keys,
    events: exampleEvents(keys.slice(0, 1)),
    principal: {
      kind: "operator",
      userId: demoOps.id,
      email: "ops@example.com",
      name: "Ops",
      role: "admin",
      keyId: null,
      scopes: ["*"],
    },
    users: [demoMara, demoOps, demoTheo],
    sshKeys: exampleSshKeys(),
    sessions: [],
    signedIn: true,
    before: () => {},
    closed: false,
    happen(event) {
      state.events = [event, ...state.events];
      const ownerId = state.principal.userId;
      if (lostBy !== null || !state.signedIn) return;
      for (const { item } of followers) item({ kind: "event", ...event, ownerId });
    },
    cut(error = UNREACHABLE) {
      lostBy = error;
      for (const observer of followers) greet(observer);
    },
    endSession() {
      state.signedIn = false;
      for (const observer of followers) greet(observer);
    },
    reconnect() {
      lostBy = null;
      for (const observer of followers) greet(observer);
    },
    connection: {
      client: null as unknown as LatchkeyClient,
      place: "this computer",
      follow(observer) {
        followers.add(observer);
        greet(observer);
        return () => followers.delete(observer);
      },
      async close() {
        state.closed = true;
      },
    },
  };
  const client = demonstrationClient(state) as unknown as LatchkeyClient;
  return Object.assign(state, { connection: { ...state.connection, client } });
}
