import type { ApiKey } from "@latchkey/server/client";
import { statusText } from "../format/status.ts";
import { exact, relative } from "../format/time.ts";
import { pairs, table } from "./table.ts";

// Keys as lines for people.

export function keyTable(keys: readonly ApiKey[], now: Date): string {
  return table(
    ["ID", "TITLE", "TOKEN", "STATUS", "LAST USED", "CREATED"],
    keys.map((key) => [
      key.id,
      key.title,
      key.redacted,
      statusText(key, now),
      key.lastUsedAt === null ? "never" : relative(new Date(key.lastUsedAt), now),
      relative(new Date(key.createdAt), now),
    ]),
  );
}

export function keyDetail(key: ApiKey, now: Date): string {
  const rows: [string, string][] = [
    ["Id", key.id],
    ["Title", key.title],
    ["Token", key.redacted],
    ["Status", statusText(key, now)],
    ["Scopes", key.scopes.join(" ")],
    ["Owner", key.ownerId],
    ["Created", `${exact(new Date(key.createdAt))} by ${key.createdByKeyId ?? key.createdBy}`],
    ["Expires", key.expiresAt === null ? "never" : exact(new Date(key.expiresAt))],
    ["Last used", key.lastUsedAt === null ? "never" : relative(new Date(key.lastUsedAt), now)],
  ];
  if (key.revokedAt !== null) {
    const ahead = new Date(key.revokedAt) > now;
    rows.push([
      ahead ? "Revokes" : "Revoked",
      `${exact(new Date(key.revokedAt))} by ${key.revokedBy}`,
    ]);
  }
  if (key.rotatedFrom !== null) rows.push(["Rotated from", key.rotatedFrom]);
  if (key.rotatedTo !== null) rows.push(["Rotated to", key.rotatedTo]);
  return pairs(rows);
}
