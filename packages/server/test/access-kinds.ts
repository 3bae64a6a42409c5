import { randomBytes } from "node:crypto";
import { generateToken, type Role, SESSION_PREFIX } from "@latchkey/core";
import { addPeople, type Installation, type Person, signIn } from "./installation.ts";
import { type SeedKey, seed } from "./key-stock.ts";

// Every kind of caller, each a user of its own. Their credentials are put straight into the database:
// nobody waits for a password's hash, and the log begins empty.

type Credential =
  | { readonly by: "nothing" | "the socket" | "an unknown key" | "an unknown session" }
  | { readonly by: "session"; readonly isOver?: true }
  | {
      readonly by: "key";
      readonly scopes: readonly string[];
      readonly over?: "revokedAt" | "expiresAt";
    };

export type Kind = Credential & {
  readonly name: string;
  readonly role: Role;
  readonly disabled?: true;
  /** Whether it is anybody at all. */
  readonly isKnown: boolean;
};

const OURS = ["keys:read", "keys:write", "keys:verify", "events:read", "users:read"];
/** The keys that are acted on have it, and so has whoever may grant it: no key makes itself bigger. */
export const THEIRS = "orders:read";

const stranger = { role: "admin", isKnown: false } as const;

/** @param scope what is asked for, if anything: some keys have just that, some everything else */
export function kindsFor(scope: string | null): Kind[] {
  return [
    { name: "nobody", by: "nothing", ...stranger },
    { name: "an unknown key", by: "an unknown key", ...stranger },
    { name: "an unknown session", by: "an unknown session", ...stranger },
    { name: "a revoked key", by: "key", scopes: ["*"], over: "revokedAt", ...stranger },
    { name: "an expired key", by: "key", scopes: ["*"], over: "expiresAt", ...stranger },
    { name: "a disabled user's key", by: "key", scopes: ["*"], disabled: true, ...stranger },
    { name: "a session that is over", by: "session", isOver: true, ...stranger },
    { name: "a disabled user's session", by: "session", disabled: true, ...stranger },
    { name: "a service's session", by: "session", ...stranger, role: "service" },
    { name: "the operator", by: "the socket", role: "admin", isKnown: true },
    { name: "an admin's session", by: "session", role: "admin", isKnown: true },
    { name: "a member's session", by: "session", role: "member", isKnown: true },
    ...(["admin", "member", "service"] as const).flatMap((role): Kind[] => {
      const of = `key of ${role === "admin" ? "an" : "a"} ${role}`;
      const key = { by: "key", role, isKnown: true } as const;
      const others = OURS.filter((one) => one !== scope);
      return [
        { name: `a ${of}`, scopes: ["*"], ...key },
        { name: `a ${of}, for anything else`, scopes: [...others, THEIRS], ...key },
        ...(scope === null
          ? []
          : [{ name: `a ${of}, for this alone`, scopes: [scope, THEIRS], ...key }]),
      ];
    }),
  ];
}

/** Somebody of a kind, and what they send as `Authorization`, if anything. */
export type Presenter = { readonly kind: Kind; readonly person: Person } & {
  readonly authorization: string | null;
};

/** One caller of each kind, and as many people beside them. */
export async function addCallers(
  latchkey: Installation,
  kinds: readonly Kind[],
): Promise<{ callers: Presenter[]; others: Person[] }> {
  const people = await addPeople(latchkey, [
    ...kinds.map((kind, i) => ({ ...kind, name: `Caller-${i}` })),
    ...kinds.map((_, i) => ({ role: "member" as const, name: `Other-${i}` })),
  ]);
  const callers = kinds.map((kind, i) => ({ kind, person: people[i] as Person }));
  const keys = await seed(latchkey, callers.flatMap(keyOf));
  const credentials = callers.map(async (caller) => {
    const { kind, person } = caller;
    const key = keys.find(({ ownerId }) => ownerId === person.userId);
    const token = key?.token ?? (await tokenOf(latchkey, kind, person));
    return { ...caller, authorization: token === null ? null : `Bearer ${token}` };
  });
  return { callers: await Promise.all(credentials), others: people.slice(kinds.length) };
}

function keyOf({ kind, person }: { kind: Kind; person: Person }): SeedKey[] {
  if (kind.by !== "key") return [];
  const { scopes, over } = kind;
  const past = over === undefined ? {} : { [over]: new Date() };
  return [{ ownerId: person.userId, scopes, ...past }];
}

async function tokenOf(latchkey: Installation, kind: Kind, person: Person): Promise<string | null> {
  switch (kind.by) {
    case "session":
      return (await signIn(latchkey, person, kind.isOver ? 0 : 3600)).token;
    case "an unknown session":
      return generateToken(SESSION_PREFIX, randomBytes).token.reveal();
    case "an unknown key":
      return generateToken("sk", randomBytes).token.reveal();
    default:
      return null;
  }
}
