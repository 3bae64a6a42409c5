import { eventTypes } from "@latchkey/core";
import type { EventItem } from "@latchkey/client";
import { escape } from "./escape.ts";
import { type Known, personText } from "./person.ts";
import { exact } from "./time.ts";

type EventType = (typeof eventTypes)[number];

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
  const text = (name: string): string => {
    const value = data[name];
    return typeof value === "string" ? escape(value) : "";
  };
  const when = (name: string): string => {
    const at = new Date(text(name));
    return Number.isNaN(at.getTime()) ? text(name) : exact(at);
  };
  switch (type) {
    case "key.created":
      return data["rotatedFrom"] ? "created by rotation" : "created";
    case "key.renamed":
      return `renamed from “${text("from")}”`;
    case "key.revoked":
      return data["wasScheduledFor"] ? "revoked, ahead of its schedule" : "revoked";
    case "key.revocation_scheduled":
      return `revocation set for ${when("revokedAt")}`;
    case "session.started":
      return data["fingerprint"] ? `signed in by ${text("fingerprint")}` : "signed in";
    case "user.created":
      return `user added as ${text("role")}`;
    case "user.role_changed":
      return `role changed from ${text("from")} to ${text("to")}`;
    case "ssh_key.added": {
      const byWhom = actor.userId === userId ? "" : " by somebody else";
      const from = data["takenFrom"] ? `, taken from ${text("takenFrom")}` : "";
      return `SSH key added${byWhom}, ${data["proven"] === true ? "proven" : "not proven"}${from}`;
    }
    case "ssh_key.removed":
      return data["provenByAnother"] ? "SSH key removed, proven by somebody else" : actionOf(type);
    default:
      return actionOf(type);
  }
}

/** What or whom an event is about, as it was called then: a key's title, else somebody's email. */
export function subjectOf({ keyId, userId, data }: EventItem, known: Known): string {
  const { title, to, email } = data;
  if (keyId !== null) {
    const called = [title, to].find((name) => typeof name === "string");
    return escape(called ?? keyId);
  }
  if (typeof email === "string") return escape(email);
  return userId === null ? "" : personText(userId, known);
}
