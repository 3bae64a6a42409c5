import { positionOf, type SshKey, stateAt, type User, type VerifyOutcome } from "@latchkey/core";
import type { Changed } from "../use-cases/change.ts";
import type { KeyUsage } from "../use-cases/keys/key-usage.ts";
import type { FoundAsOf } from "../verification/known-keys.ts";
import type { ListedSession } from "../use-cases/sessions/list-sessions.ts";
import type { Watched } from "../use-cases/log/watch-events.ts";
import type { Head, StoredEvent } from "../store/port/log.ts";
import type {
  ApiKey,
  EventItem,
  KeyUsage as KeyUsageOnWire,
  LogHead,
  Outcome,
  Resolved,
  Session,
  SshKey as SshKeyOnWire,
  User as UserOnWire,
  WatchItem,
} from "@latchkey/client";

// Domain to wire.

/** A key at an instant. A scheduled revocation leaves it active. */
export function keyToWire({ view, now }: Changed): ApiKey {
  const { key, lastUsedAt, rotatedTo } = view;
  const { status } = stateAt(key, now);
  return {
    id: key.id,
    title: key.title,
    redacted: key.redacted,
    ownerId: key.ownerId,
    scopes: [...key.scopes],
    status: status === "scheduled" ? "active" : status,
    createdAt: key.createdAt.toISOString(),
    createdBy: key.createdBy,
    createdByKeyId: key.createdByKeyId,
    updatedAt: key.updatedAt.toISOString(),
    revision: key.revision,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revocation?.at.toISOString() ?? null,
    revokedBy: key.revocation?.by ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    rotatedFrom: key.rotatedFrom,
    rotatedTo,
  };
}

export function usageToWire({ from, to, hours }: KeyUsage): KeyUsageOnWire {
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    items: hours.map(({ hour, counts: { VALID: valid, ...refused } }) => ({
      hour: hour.toISOString(),
      valid,
      refused,
    })),
  };
}

export function outcomeToWire(outcome: VerifyOutcome): Outcome {
  if (outcome.outcome !== "VALID") return outcome;
  const { keyId, ownerId, title, scopes } = outcome;
  const expiresAt = outcome.expiresAt?.toISOString() ?? null;
  return { outcome: "VALID", keyId, ownerId, title, scopes: [...scopes], expiresAt };
}

export function resolvedToWire({ key, now, seq }: FoundAsOf): Resolved {
  const asOf = { seq, at: now.toISOString() };
  if (key === null) return { record: null, asOf };
  const { keyId, ownerId, title, scopes, expiresAt, revokedAt, ownerDisabled } = key;
  const record = {
    keyId,
    ownerId,
    title,
    scopes: [...scopes],
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    ownerDisabled,
  };
  return { record, asOf };
}

export function watchedToWire(watched: Watched): WatchItem {
  const { kind, seq } = watched;
  if (kind === "beat") return { kind, seq, at: watched.at.toISOString() };
  const { event } = watched;
  const { type, keyId, ownerId } = event;
  if (kind === "fact") return { kind, seq, type, keyId, ownerId };
  return { kind, ownerId, ...eventToWire(event) };
}

/** Without its MAC, which is useless without the pepper; a stream has it in the position. */
export function eventToWire({ mac: _, ownerId: __, ...event }: StoredEvent): EventItem {
  return { ...event, at: event.at.toISOString() };
}

export function headToWire(head: Head): LogHead {
  return positionOf(head);
}

export function userToWire({ createdAt, ...user }: User): UserOnWire {
  return { ...user, createdAt: createdAt.toISOString() };
}

export function sshKeyToWire({ createdAt, lastUsedAt, ...key }: SshKey): SshKeyOnWire {
  return {
    ...key,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

export function sessionToWire({ id, via, createdAt, lastSeenAt, current }: ListedSession): Session {
  return {
    id,
    via,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    current,
  };
}
