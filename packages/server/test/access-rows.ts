import type { ErrorCode, LatchkeyScope } from "@latchkey/core";
import { newPublicKey } from "./key-pair.ts";

// What the contract says of each procedure: who is let in, at what it is pointed, and what comes of it.

/**
 * Who is let in: everybody, whoever is known, people (no key), admins among them, or by a scope. Verifiers
 * are admins and keys with a scope, of whomever but a member.
 */
type Gateway =
  | { readonly to: "everybody" | "the known" | "people" | "admins" }
  | {
      readonly to: "a scope" | "a scope of admins" | "verifiers";
      readonly scope: LatchkeyScope;
    };

/** What an input points at. */
export type Aim =
  | "nothing"
  | "key"
  | "token"
  | "session"
  | "sshKey"
  | "user"
  | "email"
  | "owner"
  | "actor";

export type Code = ErrorCode | "ok";

export type Row = {
  readonly procedure: string;
  readonly gateway: Gateway;
  readonly aim: Aim;
  readonly input: (target: string) => unknown;
  /** What comes of one's own, and of another's to those who see it. */
  readonly own: Code;
  /** What comes of what isn't there. */
  readonly absent: Code;
  /** What comes of either to those who would not see another's. */
  readonly hidden: Code;
  /** Who of those let in sees another's. */
  readonly others: "admins" | "all" | "nobody";
};

type What = Partial<Omit<Row, "procedure" | "door">>;

function row(procedure: string, gateway: Gateway, what: What = {}): Row {
  const { aim = "nothing", input = () => undefined, own = "ok", others = "admins" } = what;
  const { absent = aim === "nothing" ? own : "NOT_FOUND" } = what;
  const { hidden = absent } = what;
  return { procedure, gateway, aim, input, own, absent, hidden, others };
}

const scope = (name: LatchkeyScope): Gateway => ({ to: "a scope", scope: name });
const adminsBy = (name: LatchkeyScope): Gateway => ({ to: "a scope of admins", scope: name });

/** On what has this id. */
const at = (aim: Aim, fields: object = {}, own: Code = "ok"): What => ({
  aim,
  own,
  input: (id) => ({ id, ...fields }),
});

/** Lists alone what is of this one: what isn't seen is not in the list. */
const filter = (aim: Aim, field: string): What => ({
  aim,
  absent: "ok",
  input: (id) => ({ [field]: id }),
});

export const rows: readonly Row[] = [
  row(
    "auth.login",
    { to: "everybody" },
    {
      aim: "email",
      input: (email) => ({ email, password: "not the password" }),
      own: "UNAUTHENTICATED",
      absent: "UNAUTHENTICATED",
      others: "nobody",
    },
  ),
  row("auth.whoami", { to: "the known" }),
  row("auth.logout", { to: "the known" }),
  // Refused behind the door, by another code than before it.
  row(
    "auth.setPassword",
    { to: "people" },
    { input: () => ({ current: "x", next: "short" }), own: "INPUT_INVALID" },
  ),
  row("auth.sessions", { to: "people" }),
  row("auth.endSession", { to: "people" }, { ...at("session"), others: "nobody" }),

  row("keys.list", scope("keys:read"), filter("owner", "owner")),
  row("keys.get", scope("keys:read"), at("key")),
  row("keys.usage", scope("keys:read"), at("key")),
  row("keys.create", scope("keys:write"), {
    input: () => ({ title: "New", scopes: ["orders:read"] }),
  }),
  row("keys.rename", scope("keys:write"), at("key", { title: "New" })),
  row("keys.rename", scope("keys:write"), at("key", { title: "New", revision: 7 }, "CONFLICT")),
  row("keys.rename", scope("keys:write"), at("key", { title: "" }, "TITLE_INVALID")),
  row("keys.revoke", scope("keys:write"), at("key")),
  row("keys.revoke", scope("keys:write"), at("key", { inSeconds: 60 })),
  row("keys.cancelRevocation", scope("keys:write"), at("key", {}, "REVOCATION_NOT_SCHEDULED")),
  row("keys.rotate", scope("keys:write"), at("key", { graceSeconds: 60 })),
  row("keys.delete", scope("keys:write"), at("key", {}, "KEY_NOT_REVOKED")),
  row("keys.verify", scope("keys:verify"), {
    aim: "token",
    input: (token) => ({ token }),
    absent: "ok",
    others: "all",
  }),

  row(
    "keys.resolve",
    { to: "verifiers", scope: "keys:verify" },
    { aim: "token", input: (token) => ({ token }), absent: "ok", others: "all" },
  ),

  row("events.list", scope("events:read"), filter("key", "keyId")),
  row("events.list", scope("events:read"), filter("actor", "actorId")),
  row("events.head", adminsBy("events:read")),
  row("events.verify", adminsBy("events:read")),
  row("events.proofProgress", adminsBy("events:read")),

  // Whose id it is that one may not look at, nobody is told, nor whether it is anybody's.
  row(
    "sshKeys.list",
    { to: "people" },
    { aim: "user", input: (userId) => ({ userId }), absent: "ok", hidden: "FORBIDDEN" },
  ),
  row(
    "sshKeys.add",
    { to: "people" },
    {
      aim: "user",
      input: (userId) => ({ publicKey: newPublicKey(), userId }),
      hidden: "FORBIDDEN",
    },
  ),
  row("sshKeys.challenge", { to: "people" }),
  row(
    "sshKeys.remove",
    { to: "people" },
    { aim: "sshKey", input: (fingerprint) => ({ fingerprint }) },
  ),

  row("users.list", adminsBy("users:read")),
  row(
    "users.add",
    { to: "admins" },
    { aim: "email", input: (email) => ({ email }), own: "EMAIL_TAKEN", absent: "ok" },
  ),
  row("users.disable", { to: "admins" }, at("user")),
  row("users.enable", { to: "admins" }, at("user")),
  row("users.setRole", { to: "admins" }, at("user", { role: "member" })),
  row("users.setPassword", { to: "admins" }, at("user", { password: "correct horse battery" })),
];
