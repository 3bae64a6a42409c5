import type { User } from "@latchkey/core";
import { newKey, type SeededKey } from "@latchkey/testing/seed/keys";
import { newUser } from "@latchkey/testing/seed/people";

const DAY = 86_400_000;

export const people: readonly User[] = Array.from({ length: 100 }, (_, n) =>
  newUser({ email: `owner-${n}@example.com`, name: "Owner" }),
);

/** Keys that can be checked, half of them for ever. Their tokens are added to `tokens`. */
export function* validKeys(
  count: number,
  tokens: string[],
  doing: (what: string) => void,
): Iterable<SeededKey> {
  const now = Date.now();
  for (let n = 0; n < count; n += 1) {
    const key = newKey({
      ownerId: (people[n % people.length] as User).id,
      title: `${TITLES[n % TITLES.length]} ${n}`,
      scopes: ["orders:read"],
      createdAt: daysFrom(now, -900 * Math.random()),
      updatedAt: daysFrom(now, -90 * Math.random()),
      expiresAt: Math.random() < 0.5 ? daysFrom(now, 1 + 900 * Math.random()) : null,
    });
    tokens.push(key.token);
    yield key;
    if (tokens.length % 10_000 === 0) doing(`${tokens.length.toLocaleString("en")} keys`);
  }
  doing("their indexes");
}

function daysFrom(now: number, days: number): Date {
  return new Date(Math.floor(now + days * DAY));
}

const TITLES = ["CI deploy", "Warehouse sync", "Shop", "Nightly export", "Old laptop", "Billing"];
