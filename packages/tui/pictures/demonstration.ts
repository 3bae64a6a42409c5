import type { ErrorCode } from "@latchkey/core";
import {
  type ApiKey,
  createClient,
  type EventItem,
  type KeyPage,
  type PrincipalInfo,
  type User,
} from "@latchkey/server/client";
import type { Connection, ConnectionStatus } from "../src/app/connection.ts";

// A server in memory that holds just enough for pictures and for screens that are hard to reach.

export const DEMONSTRATION_NOW = new Date(2026, 10, 12, 14, 3, 20);
/** Obviously nobody's. */
export const DEMONSTRATION_PASSWORD = "demonstration only";
export const DEMONSTRATION_TOKEN = "sk_DEMOnstrationDEMOnstrationDEMOnstrationDEMO00Fake";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const me = "user_01kdemonstration0000000me" as const;

type Call = { readonly procedure: string; readonly input: unknown };

export type Demonstration = {
  readonly connection: Connection;
  /** What was asked for, in order. */
  readonly calls: Call[];
  keys: ApiKey[];
  events: EventItem[];
  principal: PrincipalInfo;
  users: User[];
  /** Called before every answer: may wait, or throw what the caller shall see. */
  before: (call: Call) => void | Promise<void>;
  setStatus(status: ConnectionStatus): void;
  /** `false`: every call is refused as UNAUTHENTICATED. */
  signedIn: boolean;
  closed: boolean;
};

export function demoKey(change: Partial<ApiKey> & { readonly title: string }): ApiKey {
  const created = new Date(DEMONSTRATION_NOW.getTime() - 40 * DAY).toISOString();
  return {
    id: `key_${change.title
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .padEnd(26, "0")
      .slice(0, 26)}`,
    redacted: "sk_4fQa…9Zx1",
    ownerId: me,
    scopes: ["*"],
    status: "active",
    createdAt: created,
    createdBy: me,
    createdByKeyId: null,
    updatedAt: created,
    revision: 1,
    expiresAt: null,
    revokedAt: null,
    revokedBy: null,
    lastUsedAt: null,
    rotatedFrom: null,
    rotatedTo: null,
    ...change,
  };
}

function ago(milliseconds: number): string {
  return new Date(DEMONSTRATION_NOW.getTime() - milliseconds).toISOString();
}

export function exampleKeys(): ApiKey[] {
  return [
    demoKey({ title: "CI deploy", createdAt: ago(3 * HOUR), lastUsedAt: ago(2 * MINUTE) }),
    demoKey({
      title: "Warehouse sync",
      redacted: "sk_Pm2c…x0Ta",
      createdAt: ago(40 * DAY),
      lastUsedAt: ago(3 * HOUR),
      revokedAt: ago(-59 * MINUTE - 30_000),
      revokedBy: me,
    }),
    demoKey({
      title: "Nightly backup",
      redacted: "sk_hT7e…Lm40",
      createdAt: ago(90 * DAY),
      lastUsedAt: ago(12 * HOUR),
      scopes: ["backups:write", "orders:read"],
      expiresAt: ago(-60 * DAY),
    }),
    demoKey({
      title: "Partner import",
      redacted: "sk_Zz0b…8RkE",
      createdAt: ago(150 * DAY),
      lastUsedAt: ago(31 * DAY),
      expiresAt: ago(30 * DAY),
      status: "expired",
    }),
    demoKey({
      title: "Old laptop",
      redacted: "sk_88Zk…Qq1d",
      createdAt: ago(302 * DAY),
      revokedAt: ago(20 * DAY),
      revokedBy: me,
      status: "revoked",
    }),
  ];
}

/** What a call throws that a server refuses. */
export async function refusal(reason: ErrorCode, message: string): Promise<Error> {
  const nowhere = createClient({
    url: "http://localhost",
    fetch: () => Promise.reject(new Error("nobody answers")),
  });
  try {
    await nowhere.auth.logout.mutate();
  } catch (error) {
    return Object.assign(error as Error, { message, data: { reason } });
  }
  throw new Error("somebody answered");
}

export function demoUser(change: Partial<User> & { readonly email: string }): User {
  const name = change.email.split("@")[0] ?? "";
  const id = `user_01kdemonstration${name.padEnd(13, "0").slice(0, 13)}` as User["id"];
  return { id, name, role: "member", disabled: false, createdAt: ago(300 * DAY), ...change };
}

const demoOps: User = demoUser({
  email: "ops@example.com",
  id: me,
  name: "Ops",
  role: "admin",
});
export const demoMara: User = demoUser({ email: "mara@example.com" });
const demoTheo: User = demoUser({ email: "theodora.papadaki@example.com", disabled: true });

/** Keys of several owners, as an admin sees them. */
export function everybodysKeys(): ApiKey[] {
  const [first, second, ...rest] = exampleKeys() as [ApiKey, ApiKey, ...ApiKey[]];
  const of = (key: ApiKey, { id }: User): ApiKey => ({ ...key, ownerId: id, createdBy: id });
  return [first, of(second, demoMara), ...rest.map((key) => of(key, demoTheo))];
}

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
    events: keys.slice(0, 1).map((key) => event(1, "key.created", key)),
    principal: {
      kind: "operator",
      userId: me,
      email: "ops@example.com",
      name: "Ops",
      role: "admin",
      keyId: null,
      scopes: ["*"],
    },
    users: [demoOps, demoMara, demoTheo],
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
  const client = fakeClient(state) as unknown as Connection["client"];
  return Object.assign(state, { connection: { ...state.connection, client } });
}

type Input = Record<string, unknown>;

function fakeClient(state: Demonstration) {
  const procedure =
    (name: string, answer: (input: Input) => unknown) =>
    async (input: Input = {}): Promise<unknown> => {
      const call = { procedure: name, input };
      state.calls.push(call);
      await state.before(call);
      if (!state.signedIn) throw await refusal("UNAUTHENTICATED", "Not signed in. Sign in again.");
      return answer(input);
    };
  const find = (id: unknown): ApiKey => {
    const key = state.keys.find((candidate) => candidate.id === id);
    if (key === undefined) throw new Error("no such key");
    return key;
  };
  const change = (id: unknown, type: string, next: Partial<ApiKey>): ApiKey => {
    const before = find(id);
    const key = { ...before, ...next, revision: before.revision + 1 };
    state.keys = state.keys.map((candidate) => (candidate.id === id ? key : candidate));
    state.events = [
      event(state.events.length + 1, type, key, { from: before.title }),
      ...state.events,
    ];
    return key;
  };
  const create = (title: string, extra: Partial<ApiKey> = {}): ApiKey => {
    const key = demoKey({ title, redacted: "sk_DEMO…Fake", createdAt: ago(0), ...extra });
    state.keys = [key, ...state.keys];
    state.events = [event(state.events.length + 1, "key.created", key), ...state.events];
    return key;
  };
  return {
    users: { list: { query: procedure("users.list", () => ({ items: state.users })) } },
    auth: { whoami: { query: procedure("auth.whoami", () => state.principal) } },
    events: {
      list: {
        query: procedure("events.list", ({ keyId }) => ({
          items: state.events.filter((item) => keyId === undefined || item.keyId === keyId),
          nextBefore: null,
        })),
      },
    },
    keys: {
      list: { query: procedure("keys.list", (input) => page(ownedFor(state, input), input)) },
      get: { query: procedure("keys.get", ({ id }) => find(id)) },
      create: {
        mutate: procedure("keys.create", ({ title }) => ({
          key: create(String(title)),
          token: DEMONSTRATION_TOKEN,
        })),
      },
      rename: {
        mutate: procedure("keys.rename", ({ id, title }) =>
          change(id, "key.renamed", { title: String(title) }),
        ),
      },
      revoke: {
        mutate: procedure("keys.revoke", ({ id, inSeconds }) => {
          const seconds = Number(inSeconds ?? 0);
          return change(id, seconds === 0 ? "key.revoked" : "key.revocation_scheduled", {
            status: seconds === 0 ? "revoked" : "active",
            revokedAt: ago(-seconds * 1000),
            revokedBy: me,
          });
        }),
      },
      cancelRevocation: {
        mutate: procedure("keys.cancelRevocation", ({ id }) =>
          change(id, "key.revocation_canceled", { revokedAt: null, revokedBy: null }),
        ),
      },
      rotate: {
        mutate: procedure("keys.rotate", ({ id, graceSeconds }) => {
          const successor = create(find(id).title, {
            id: "key_successor00000000000000000",
            rotatedFrom: find(id).id,
          });
          const previous = change(id, "key.rotated", {
            revokedAt: ago(-Number(graceSeconds) * 1000),
            rotatedTo: successor.id,
          });
          return { key: successor, token: DEMONSTRATION_TOKEN, previous };
        }),
      },
      delete: {
        mutate: procedure("keys.delete", ({ id }) => {
          state.keys = state.keys.filter((key) => key.id !== id);
          return { id };
        }),
      },
    },
  };
}

function ownedFor({ keys, principal }: Demonstration, { owner }: Input): ApiKey[] {
  return owner === "all" ? keys : keys.filter(({ ownerId }) => ownerId === principal.userId);
}

function page(keys: readonly ApiKey[], { search, status, cursor, limit = 20 }: Input): KeyPage {
  const wanted = typeof search === "string" ? search.toLowerCase() : "";
  const matching = keys.filter(
    (key) =>
      key.title.toLowerCase().includes(wanted) && (status === undefined || key.status === status),
  );
  const from = Number(cursor ?? 0);
  const to = from + Number(limit);
  return {
    items: matching.slice(from, to),
    nextCursor: to < matching.length ? String(to) : null,
    total: Math.min(1_000, matching.length),
    totalIsCapped: matching.length > 1_000,
  };
}

function event(
  seq: number,
  type: string,
  key: ApiKey,
  data: Record<string, unknown> = {},
): EventItem {
  return {
    seq,
    at: type === "key.created" ? key.createdAt : DEMONSTRATION_NOW.toISOString(),
    type,
    actor: { kind: "operator", userId: me, keyId: null, via: "local", address: null },
    keyId: key.id,
    userId: null,
    data,
  };
}
