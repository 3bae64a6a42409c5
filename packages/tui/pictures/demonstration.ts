import type { ApiKey } from "@latchkey/server/client";
import type { Connection, ConnectionStatus } from "../src/app/connection.ts";
import { demonstrationClient, type Held, refusal } from "./demonstration-client.ts";
import {
  DEMONSTRATION_PASSWORD,
  demoMara,
  demoOps,
  demoTheo,
  exampleEvents,
  exampleKeys,
  exampleSshKeys,
} from "./examples.ts";

// A server in memory that holds just enough for pictures and for screens that are hard to reach.

export type Demonstration = Held & {
  readonly connection: Connection;
  setStatus(status: ConnectionStatus): void;
  closed: boolean;
};

/** Makes it a server over HTTP where a password is asked for: `signedIn` says who is. */
export function overHttp(demonstration: Demonstration, lastEmail = ""): Demonstration {
  const signIn: NonNullable<Connection["signIn"]> = async ({ email, password }) => {
    await demonstration.before({ procedure: "auth.login", input: { email } });
    if (password.reveal() !== DEMONSTRATION_PASSWORD) {
      throw await refusal("UNAUTHENTICATED", "Email and password don't match. Try again.");
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

export function createDemonstration(keys: ApiKey[] = exampleKeys()): Demonstration {
  const listeners = new Set<() => void>();
  let status: ConnectionStatus = { kind: "live" };
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
    setStatus(next) {
      status = next;
      for (const listener of listeners) listener();
    },
    connection: {
      client: null as unknown as Connection["client"],
      place: "this computer",
      status: () => status,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async close() {
        state.closed = true;
      },
    },
  };
  const client = demonstrationClient(state) as unknown as Connection["client"];
  return Object.assign(state, { connection: { ...state.connection, client } });
}
