import type { EventItem } from "@latchkey/server/client";
import { escape } from "./escape.ts";
import { exact } from "./time.ts";

/** What happened to the key, in a few words: `renamed from “Old laptop”`. */
export function happened({ type, data }: EventItem): string {
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
    case "key.revocation_canceled":
      return "revocation canceled";
    case "key.rotated":
      return "rotated";
    case "key.deleted":
      return "deleted";
    default:
      return escape(type);
  }
}
