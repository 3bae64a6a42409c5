import { type EventType, eventTypes } from "@latchkey/core";
import type { EventItem } from "@latchkey/client";
import { escape } from "./escape.ts";
import { type PersonContext, personText } from "./person.ts";
import { exact } from "./time.ts";

/** What happened in a word or two, for columns: `revocation scheduled`. */
const actions = {
  "key.created": "created",
  "key.renamed": "renamed",
  "key.revoked": "revoked",
  "key.revocation_scheduled": "revocation scheduled",
  "key.revocation_canceled": "revocation canceled",
  "key.rotated": "rotated",
  "key.deleted": "deleted",
  "user.created": "user added",
  "user.disabled": "user disabled",
  "user.enabled": "user enabled",
  "user.role_changed": "role changed",
  "user.password_changed": "password changed",
  "session.started": "signed in",
  "session.ended": "session ended",
  "ssh_key.added": "SSH key added",
  "ssh_key.proven": "SSH key proven",
  "ssh_key.removed": "SSH key removed",
  "database.sealed": "rows sealed",
} satisfies Record<EventType, string>;

/** A type that is unknown here, of a newer server, stands for itself. */
export function actionOf(type: string): string {
  const known = eventTypes.find((candidate) => candidate === type);
  return known === undefined ? escape(type) : actions[known];
}

/** What happened, with what makes it this one: `renamed from “Old laptop”`. */
export function happened({ type, data, actor, userId }: EventItem): string {
  switch (type) {
    case "key.created":
      return data.rotatedFrom ? "created by rotation" : "created";
    case "key.renamed":
      return `renamed from “${escape(data.from)}”`;
    case "key.revoked":
      return data.wasScheduledFor ? "revoked, ahead of its schedule" : "revoked";
    case "key.revocation_scheduled":
      return `revocation set for ${instantText(data.revokedAt)}`;
    case "session.started":
      return data.fingerprint ? `signed in by ${escape(data.fingerprint)}` : "signed in";
    case "user.created":
      return `user added as ${escape(data.role)}`;
    case "user.role_changed":
      return `role changed from ${escape(data.from)} to ${escape(data.to)}`;
    case "ssh_key.added": {
      const byWhom = actor.userId === userId ? "" : " by somebody else";
      const from = data.takenFrom ? `, taken from ${escape(data.takenFrom)}` : "";
      return `SSH key added${byWhom}, ${data.proven ? "proven" : "not proven"}${from}`;
    }
    case "ssh_key.removed":
      return data.provenByAnother ? "SSH key removed, proven by somebody else" : actionOf(type);
    default:
      return actionOf(type);
  }
}

function instantText(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? escape(instant) : exact(at);
}

/** What or whom an event is about, as it was called then: a key's title, else somebody's email. */
export function subjectOf(event: EventItem, known: PersonContext): string {
  const { keyId, userId, data } = event;
  if (keyId !== null) {
    const called = "title" in data ? data.title : "to" in data ? data.to : null;
    return escape(typeof called === "string" ? called : keyId);
  }
  const email = emailIn(event);
  if (email !== null) return escape(email);
  return userId === null ? "" : personText(userId, known);
}

/** Whose email an event tells, as it was then. */
export function emailIn({ data }: EventItem): string | null {
  return "email" in data && typeof data.email === "string" ? data.email : null;
}
