import type { Redacted } from "@latchkey/core";
import type {
  ApiKey,
  EventItem,
  EventPage,
  KeyPage,
  KeyUsage,
  LatchkeyClient,
  PrincipalInfo,
  Session,
  SshKey,
  User,
} from "@latchkey/client";
import type { Failure } from "../format/failure.ts";

// What screens ask of the server, as plain data, and what comes back to them.

export type ListInput = NonNullable<Parameters<LatchkeyClient["keys"]["list"]["query"]>[0]>;

export type ListEventsInput = NonNullable<Parameters<LatchkeyClient["events"]["list"]["query"]>[0]>;

export type Request =
  | { readonly kind: "whoami" }
  /** Everybody; for admins alone. */
  | { readonly kind: "users" }
  | {
      readonly kind: "add-user";
      readonly email: string;
      readonly name: string | undefined;
      readonly role: User["role"];
      readonly password: Redacted<string> | undefined;
    }
  | { readonly kind: "set-disabled"; readonly id: string; readonly disabled: boolean }
  | { readonly kind: "set-role"; readonly id: string; readonly role: User["role"] }
  | { readonly kind: "set-password"; readonly id: string; readonly password: Redacted<string> }
  | {
      readonly kind: "set-own-password";
      readonly current: Redacted<string>;
      readonly next: Redacted<string>;
    }
  | { readonly kind: "sessions" }
  | { readonly kind: "end-session"; readonly id: string }
  | { readonly kind: "ssh-keys"; readonly userId: string }
  | {
      readonly kind: "add-ssh-key";
      readonly publicKey: string;
      readonly label: string | undefined;
      readonly userId: string;
    }
  | { readonly kind: "remove-ssh-key"; readonly fingerprint: string }
  | { readonly kind: "list"; readonly input: ListInput }
  | { readonly kind: "get"; readonly id: string }
  | { readonly kind: "history"; readonly keyId: string }
  /** By the hour, of the last 30 days. */
  | { readonly kind: "usage"; readonly keyId: string }
  | { readonly kind: "events"; readonly input: ListEventsInput }
  /** Those in use among the keys that one sees, for completion. */
  | { readonly kind: "scopes" }
  | {
      readonly kind: "create";
      readonly title: string;
      readonly scopes: readonly string[] | undefined;
      readonly expiresAt: string | undefined;
    }
  | {
      readonly kind: "rename";
      readonly id: string;
      readonly title: string;
      readonly revision: number;
    }
  | { readonly kind: "revoke"; readonly id: string; readonly inSeconds: number }
  | { readonly kind: "cancel-revocation"; readonly id: string }
  | { readonly kind: "rotate"; readonly id: string; readonly graceSeconds: number }
  | { readonly kind: "delete"; readonly id: string };

/** A key that was just made, with the token that is shown this once. */
export type FreshKey = { readonly key: ApiKey; readonly token: Redacted<string> };

export type Results = {
  whoami: PrincipalInfo;
  users: readonly User[];
  "add-user": User;
  "set-disabled": User;
  "set-role": User;
  "set-password": User;
  "set-own-password": object;
  sessions: readonly Session[];
  "end-session": object;
  "ssh-keys": readonly SshKey[];
  "add-ssh-key": SshKey;
  "remove-ssh-key": object;
  list: KeyPage;
  get: ApiKey;
  history: readonly EventItem[];
  usage: KeyUsage;
  events: EventPage;
  scopes: readonly string[];
  create: FreshKey;
  rename: ApiKey;
  revoke: ApiKey;
  "cancel-revocation": ApiKey;
  rotate: FreshKey & { readonly previous: ApiKey };
  delete: { readonly id: string };
};

/** `ask` is the number that the asking screen gave: late answers to older questions don't count. */
export type Answer = {
  [Kind in keyof Results]:
    | {
        readonly kind: Kind;
        readonly ask: number;
        readonly ok: true;
        readonly value: Results[Kind];
      }
    | { readonly kind: Kind; readonly ask: number; readonly ok: false; readonly failure: Failure };
}[keyof Results];
