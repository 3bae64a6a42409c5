import type { ApiKey, EventItem, Session, SshKey, User } from "@latchkey/client";

// What the server in memory holds: obviously nobody's keys, people and events.

export const DEMONSTRATION_NOW = new Date(2026, 10, 12, 14, 3, 20);
/** Obviously nobody's. */
export const DEMONSTRATION_PASSWORD = "demonstration only";
export const DEMONSTRATION_TOKEN = "sk_DEMOnstrationDEMOnstrationDEMOnstrationDEMO00Fake";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const me = "user_01kdemonstration0000000me" as const;

export function ago(milliseconds: number): string {
  return new Date(DEMONSTRATION_NOW.getTime() - milliseconds).toISOString();
}

export function demoKey({
  title,
  ...change
}: Partial<ApiKey> & { readonly title: string }): ApiKey {
  const created = ago(40 * DAY);
  return {
    id: `key_${title
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .padEnd(26, "0")
      .slice(0, 26)}`,
    title,
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

export function demoUser(change: Partial<User> & { readonly email: string }): User {
  const name = change.email.split("@")[0] ?? "";
  const id = `user_01kdemonstration${name.padEnd(13, "0").slice(0, 13)}` as User["id"];
  return { id, name, role: "member", disabled: false, createdAt: ago(300 * DAY), ...change };
}

export const demoOps: User = demoUser({
  email: "ops@example.com",
  id: me,
  name: "Ops",
  role: "admin",
});
export const demoMara: User = demoUser({ email: "mara@example.com" });
export const demoTheo: User = demoUser({ email: "theodora.papadaki@example.com", disabled: true });

/** Keys of several owners, as an admin sees them. */
export function everybodysKeys(): ApiKey[] {
  const [first, second, ...rest] = exampleKeys() as [ApiKey, ApiKey, ...ApiKey[]];
  const of = (key: ApiKey, { id }: User): ApiKey => ({ ...key, ownerId: id, createdBy: id });
  return [first, of(second, demoMara), ...rest.map((key) => of(key, demoTheo))];
}

/** The log of these keys: each was created, the first of all at last. */
export function exampleEvents(keys: readonly ApiKey[]): EventItem[] {
  return keys.map((key, index) => eventOf(keys.length - index, "key.created", key));
}

export function eventOf(
  seq: number,
  type: string,
  key: ApiKey,
  data: Record<string, unknown> = {},
): EventItem {
  const event = {
    seq,
    at: type === "key.created" ? key.createdAt : DEMONSTRATION_NOW.toISOString(),
    type,
    actor: { kind: "operator", userId: me, keyId: null, via: "local", address: null },
    keyId: key.id,
    userId: null,
    data: { title: key.title, ...data },
  };
  return event as unknown as EventItem;
}

export function eventAboutUser(seq: number, type: string, { id, email }: User): EventItem {
  const event = {
    seq,
    at: ago(0),
    type,
    actor: { kind: "operator", userId: me, keyId: null, via: "local", address: null },
    keyId: null,
    userId: id,
    data: { email },
  };
  return event as EventItem;
}

export function exampleSshKeys(): SshKey[] {
  return [
    {
      fingerprint: "SHA256:XifPZyhYCqI6FNPuC2FN1a5jKcBwHZmEuVLxq1x2s8E",
      label: "ops@laptop",
      userId: me,
      addedBy: me,
      proven: true,
      createdAt: ago(40 * DAY),
      lastUsedAt: ago(3 * HOUR),
    },
    {
      fingerprint: "SHA256:p1G4xNuBHIUNWwyGhi3lNepNJttlHxTO6xtdXpXs2OM",
      label: "The desk in the back office",
      userId: me,
      addedBy: demoTheo.id,
      proven: false,
      createdAt: ago(2 * DAY),
      lastUsedAt: null,
    },
  ];
}

export function exampleSessions(): Session[] {
  const session = (id: string, began: number, seen: number, current: boolean): Session => ({
    id: `session_01kdemonstration0000000${id}`,
    via: "http",
    createdAt: ago(began),
    lastSeenAt: ago(seen),
    current,
  });
  return [
    session("aaa", 20 * MINUTE, MINUTE / 2, true),
    session("bbb", 2 * DAY, 5 * HOUR, false),
    session("ccc", 6 * DAY, 5 * DAY, false),
  ];
}

/** A day of several people, the newest first. */
export function busyLog(): EventItem[] {
  const [deploy, sync, , partner, laptop] = exampleKeys();
  const by = (user: User, address: string | null): EventItem["actor"] => ({
    kind: address === null ? "operator" : "session",
    userId: user.id,
    keyId: null,
    via: address === null ? "local" : "http",
    address,
  });
  const rows: [number, string, EventItem["actor"], ApiKey | User | undefined, object][] = [
    [
      2 * MINUTE,
      "key.revocation_scheduled",
      by(demoMara, "10.0.0.7"),
      sync,
      { revokedAt: ago(-HOUR) },
    ],
    [9 * MINUTE, "session.started", by(demoMara, "10.0.0.7"), demoMara, { email: demoMara.email }],
    [3 * HOUR, "key.created", by(demoOps, null), deploy, {}],
    [3 * HOUR + MINUTE, "user.disabled", by(demoOps, null), demoTheo, { email: demoTheo.email }],
    [
      5 * HOUR,
      "user.role_changed",
      by(demoOps, null),
      demoMara,
      { email: demoMara.email, from: "member", to: "admin" },
    ],
    [
      DAY,
      "key.renamed",
      by(demoMara, "2001:db8:85a3::8a2e:370:7334"),
      partner,
      { from: "Partner", to: "Partner import" },
    ],
    [20 * DAY, "key.revoked", by(demoOps, null), laptop, { wasScheduledFor: null }],
    [302 * DAY, "key.created", by(demoOps, null), laptop, {}],
  ];
  return rows.map(([before, type, actor, about, data], index) => {
    const event = {
      seq: rows.length - index,
      at: ago(before),
      type,
      actor,
      keyId: about !== undefined && "title" in about ? about.id : null,
      userId: about !== undefined && "email" in about ? about.id : null,
      data: { ...(about !== undefined && "title" in about ? { title: about.title } : {}), ...data },
    };
    return event as EventItem;
  });
}
