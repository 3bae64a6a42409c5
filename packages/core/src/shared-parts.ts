import type { UserId } from "./ids.ts";
import type { User } from "./user.ts";

// A million records of keys have few different owners and lists of scopes: each is kept once.

/** How many of each are remembered; beyond that it starts over, at the cost of some memory. */
const REMEMBERED = 10_000;

export type SharedParts = {
  readonly owner: (user: User) => User;
  readonly ownerId: (id: UserId) => UserId;
  readonly scopes: (scopes: readonly string[]) => readonly string[];
};

/** Remembers owners, ids and lists of scopes, and returns equal ones as one object. */
export function sharedParts(): SharedParts {
  const owners = new Map<string, User>();
  const ownerIds = new Map<UserId, UserId>();
  const scopeLists = new Map<string, readonly string[]>();
  return {
    owner: (user) => {
      const known = owners.get(user.id);
      return known !== undefined && isSame(known, user) ? known : keep(owners, user.id, user);
    },
    ownerId: (id) => ownerIds.get(id) ?? keep(ownerIds, id, id),
    scopes: (scopes) => {
      const text = scopes.join(" ");
      return scopeLists.get(text) ?? keep(scopeLists, text, scopes);
    },
  };
}

function isSame(a: User, b: User): boolean {
  return a.role === b.role && a.disabled === b.disabled && a.email === b.email && a.name === b.name;
}

function keep<Name, Part>(parts: Map<Name, Part>, name: Name, part: Part): Part {
  if (parts.size >= REMEMBERED) parts.clear();
  parts.set(name, part);
  return part;
}
