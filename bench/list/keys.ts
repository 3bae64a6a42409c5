import type { User, UserId } from "@latchkey/core";
import { newKey, type SeededKey } from "@latchkey/testing/seed/keys";
import { newUser } from "@latchkey/testing/seed/people";

const ADMIN = "user_00000000000000000000000000" satisfies UserId;
const MEMBER = "user_00000000000000000000000001" satisfies UserId;
const MEMBERS = 1000;
const HOUR = 3_600_000;
const BEGIN = Date.UTC(2024, 0, 1);

/** Whose the keys are: three in ten the admin's, the others' a thousand members'. */
export const owners = { admin: ADMIN, member: MEMBER } as const;

/** What stands in the titles: in all, in one of ten, in one of ten thousand, in none. */
export const terms = { all: "key", some: "deploy", few: "zebra", none: "quagga" } as const;

export const people: readonly User[] = Array.from({ length: MEMBERS + 1 }, (_, n) =>
  newUser({
    id: userId(n),
    email: `user-${n}@example.com`,
    name: `User ${n}`,
    role: n === 0 ? "admin" : "member",
    createdAt: new Date("2023-01-01"),
  }),
);

/** So many keys of three years, one in ten revoked, one in ten expired, some of both ahead. */
export function* manyKeys(count: number): Iterable<SeededKey> {
  const now = Date.now();
  for (let n = 1; n <= count; n += 1) {
    const state = scattered(n, 1);
    const created = BEGIN + n * 90_000;
    const isRare = scattered(n, 3) % 10_000 === 7;
    yield newKey({
      ownerId: userId(Math.max(0, (scattered(n, 2) % 1430) - 429)),
      title: `${isRare ? "Zebra" : TITLES[scattered(n, 4) % TITLES.length]} key ${n}`,
      createdAt: new Date(created),
      updatedAt: new Date(created + (state % 1000) * HOUR),
      expiresAt: expiryOf(state, created, now),
      revokedAt: revocationOf(state, created, now),
    });
  }
}

function expiryOf(state: number, created: number, now: number): Date | null {
  if (state % 10 === 1) return new Date(created + 720 * HOUR);
  return state % 10 === 2 ? new Date(now + (state % 900) * 24 * HOUR) : null;
}

function revocationOf(state: number, created: number, now: number): Date | null {
  if (state % 10 === 3) return new Date(created + (state % 700) * HOUR);
  return state % 1000 === 4 ? new Date(now + 24 * HOUR) : null;
}

function userId(n: number): UserId {
  return `user_${String(n).padStart(26, "0")}`;
}

/** A whole number that looks like chance and is the same every time: the finalizer of MurmurHash3. */
function scattered(n: number, salt: number): number {
  let bits = Math.imul(n, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const TITLES = [
  "Deploy",
  "Backup",
  "Warehouse",
  "Orders",
  "Partner",
  "Laptop",
  "Mirror",
  "Probe",
  "Report",
  "Billing",
];
