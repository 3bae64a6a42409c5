import type { KeyId, KeySort, KeyStatus, Role } from "@latchkey/core";
import type {
  ApiKey,
  EventPage,
  KeyPage,
  KeyUsage,
  LogHead,
  LogProof,
  ProofProgress,
  Outcome,
  PrincipalInfo,
  Resolved,
  Session,
  SshKey,
  User,
  WatchItem,
} from "./wire.ts";

// The inputs and outputs of the server's procedures, by name. The server's router is checked against it at
// compile time.

/** A query. It changes nothing, and may be repeated. */
type Query<Input, Output> = { kind: "query"; input: Input; output: Output };
/** A mutation. */
type Mutation<Input, Output> = { kind: "mutation"; input: Input; output: Output };
/** A subscription. It lasts until it is ended. */
type Subscription<Input, Output> = { kind: "subscription"; input: Input; output: Output };

// Only the kind is there when it runs; input and output are for the compiler.
const query = <Input, Output>() => ({ kind: "query" }) as Query<Input, Output>;
const mutation = <Input, Output>() => ({ kind: "mutation" }) as Mutation<Input, Output>;
const subscription = <Input, Output>() => ({ kind: "subscription" }) as Subscription<Input, Output>;

/** An empty object. */
// oxlint-disable-next-line no-generated-empty-object-type -- It is what a procedure without output returns.
type Empty = Record<never, never>;
/** No input: an empty object, or none. */
type Nothing = Record<string, never> | undefined;
/** A position in the log: `SEQ:MAC`, or a bare `seq`, with which a truncated log may go unnoticed. */
type LogPositionInput = number | string;
/** `[from, to)`, instants in ISO 8601. */
type Range = { from?: string | undefined; to?: string | undefined };

export const procedures = {
  "auth.login": mutation<
    { email: string; password: string; device?: string | undefined },
    { sessionToken: string; expiresAt: string; principal: PrincipalInfo; device: string }
  >(),
  "auth.logout": mutation<Nothing, Empty>(),
  "auth.whoami": query<Nothing, PrincipalInfo>(),
  "auth.setPassword": mutation<{ current: string; next: string }, Empty>(),
  "auth.sessions": query<Nothing, { items: Session[] }>(),
  "auth.endSession": mutation<{ id: string }, Empty>(),

  "keys.list": query<
    | {
        search?: string | undefined;
        status?: KeyStatus | undefined;
        owner?: string | undefined;
        created?: Range | undefined;
        updated?: Range | undefined;
        revoked?: Range | undefined;
        lastUsedBefore?: string | undefined;
        sort?: KeySort | undefined;
        order?: "asc" | "desc" | undefined;
        cursor?: string | undefined;
        limit?: number | undefined;
      }
    | undefined,
    KeyPage
  >(),
  "keys.get": query<{ id: string }, ApiKey>(),
  "keys.usage": query<{ id: string; days?: number | undefined }, KeyUsage>(),
  "keys.create": mutation<
    { title: string; scopes?: string[] | undefined; expiresAt?: string | undefined },
    { key: ApiKey; token: string }
  >(),
  "keys.rename": mutation<{ id: string; title: string; revision?: number | undefined }, ApiKey>(),
  "keys.revoke": mutation<{ id: string; inSeconds?: number | undefined }, ApiKey>(),
  "keys.cancelRevocation": mutation<{ id: string }, ApiKey>(),
  "keys.rotate": mutation<
    { id: string; graceSeconds?: number | undefined },
    { key: ApiKey; token: string; previous: ApiKey }
  >(),
  "keys.delete": mutation<{ id: string }, { id: KeyId }>(),
  "keys.verify": mutation<{ token: string; scopes?: string[] | undefined }, Outcome>(),
  "keys.resolve": mutation<{ token: string }, Resolved>(),

  "events.list": query<
    | {
        keyId?: string | undefined;
        actorId?: string | undefined;
        type?: string | undefined;
        before?: number | undefined;
        limit?: number | undefined;
      }
    | undefined,
    EventPage
  >(),
  "events.watch": subscription<
    | {
        after?: LogPositionInput | undefined;
        known?: LogPositionInput | undefined;
        lastEventId?: LogPositionInput | undefined;
      }
    | undefined,
    WatchItem
  >(),
  "events.head": query<Nothing, LogHead>(),
  "events.verify": query<{ from?: LogHead | undefined } | undefined, LogProof>(),
  "events.proofProgress": query<Nothing, ProofProgress | null>(),

  "users.list": query<Nothing, { items: User[] }>(),
  "users.add": mutation<
    {
      email: string;
      name?: string | undefined;
      role?: Role | undefined;
      password?: string | undefined;
    },
    User
  >(),
  "users.disable": mutation<{ id: string }, User>(),
  "users.enable": mutation<{ id: string }, User>(),
  "users.setRole": mutation<{ id: string; role: Role }, User>(),
  "users.setPassword": mutation<{ id: string; password: string }, User>(),

  "sshKeys.list": query<{ userId?: string | undefined } | undefined, { items: SshKey[] }>(),
  "sshKeys.challenge": query<Nothing, { challenge: string }>(),
  "sshKeys.add": mutation<
    {
      publicKey: string;
      label?: string | undefined;
      userId?: string | undefined;
      proof?: { challenge: string; signature: string } | undefined;
    },
    SshKey
  >(),
  "sshKeys.remove": mutation<{ fingerprint: string }, { fingerprint: string }>(),
};

type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
export type InputOf<Name extends ProcedureName> = Procedures[Name]["input"];
export type OutputOf<Name extends ProcedureName> = Procedures[Name]["output"];

type CallOptions = { signal?: AbortSignal };
type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>;

/** What a subscription calls. */
type Observer<Output> = {
  onStarted?: () => void;
  /** `id` is where to resume after a break. */
  onData?: (item: { id: string; data: Output }) => void;
  onError?: (error: unknown) => void;
  onComplete?: () => void;
  onStopped?: () => void;
  /** `error` is what broke the connection before, or `null`. */
  onConnectionStateChange?: (change: { state: string; error: unknown }) => void;
};

type Caller<Procedure> =
  Procedure extends Query<infer Input, infer Output>
    ? { query: Call<Input, Output> }
    : Procedure extends Mutation<infer Input, infer Output>
      ? { mutate: Call<Input, Output> }
      : Procedure extends Subscription<infer Input, infer Output>
        ? { subscribe: (input: Input, observer: Observer<Output>) => { unsubscribe: () => void } }
        : never;

type RouterName = ProcedureName extends `${infer Router}.${string}` ? Router : never;

/** The typed client: `client.keys.list.query({ status: "active" })`. */
export type LatchkeyClient = {
  [Router in RouterName]: {
    [Name in ProcedureName as Name extends `${Router}.${infer Short}` ? Short : never]: Caller<
      Procedures[Name]
    >;
  };
};
