import type { ApiKey, KeyUsage } from "@latchkey/server/client";
import { statusText } from "../format/status.ts";
import { exact, relative } from "../format/time.ts";
import type { Emails } from "./emails.ts";
import { pairs, table } from "./table.ts";

// Keys as lines for people.

/** `owners` where the keys need not all be one's own. */
export function keyTable(keys: readonly ApiKey[], now: Date, owners?: Emails): string {
  return table(
    [
      "ID",
      "TITLE",
      ...(owners === undefined ? [] : ["OWNER"]),
      "TOKEN",
      "STATUS",
      "LAST USED",
      "CREATED",
    ],
    keys.map((key) => [
      key.id,
      key.title,
      ...(owners === undefined ? [] : [owners(key.ownerId)]),
      key.redacted,
      statusText(key, now),
      key.lastUsedAt === null ? "never" : relative(new Date(key.lastUsedAt), now),
      relative(new Date(key.createdAt), now),
    ]),
  );
}

/** `usage` where it was asked for: of 30 days. */
export function keyDetail(key: ApiKey, now: Date, emails: Emails, usage?: KeyUsage): string {
  const rows: [string, string][] = [
    ["Id", key.id],
    ["Title", key.title],
    ["Token", key.redacted],
    ["Status", statusText(key, now)],
    ["Scopes", key.scopes.join(" ")],
    ["Owner", emails(key.ownerId)],
    ["Created", `${exact(new Date(key.createdAt))} by ${creator(key, emails)}`],
    ["Expires", key.expiresAt === null ? "never" : exact(new Date(key.expiresAt))],
    ["Last used", key.lastUsedAt === null ? "never" : relative(new Date(key.lastUsedAt), now)],
  ];
  if (usage !== undefined) rows.push(["In 30 days", usesText(usage)]);
  if (key.revokedAt !== null) {
    const ahead = new Date(key.revokedAt) > now;
    const by = key.revokedBy === null ? "" : ` by ${emails(key.revokedBy)}`;
    rows.push([ahead ? "Revokes" : "Revoked", `${exact(new Date(key.revokedAt))}${by}`]);
  }
  if (key.rotatedFrom !== null) rows.push(["Rotated from", key.rotatedFrom]);
  if (key.rotatedTo !== null) rows.push(["Rotated to", key.rotatedTo]);
  return pairs(rows);
}

function creator({ createdBy, createdByKeyId }: ApiKey, emails: Emails): string {
  return createdByKeyId === null
    ? emails(createdBy)
    : `${emails(createdBy)} with ${createdByKeyId}`;
}

/** `1,204 uses; refused 3 REVOKED, 1 EXPIRED`. */
function usesText({ items }: KeyUsage): string {
  const used = items.reduce((sum, { valid }) => sum + valid, 0);
  const refused = REFUSALS.map((outcome) => ({
    outcome,
    count: items.reduce((sum, hour) => sum + hour.refused[outcome], 0),
  })).filter(({ count }) => count > 0);
  const uses = used === 1 ? "1 use" : `${used === 0 ? "no" : used.toLocaleString("en")} uses`;
  if (refused.length === 0) return uses;
  const counts = refused.map(({ count, outcome }) => `${count.toLocaleString("en")} ${outcome}`);
  return `${uses}; refused ${counts.join(", ")}`;
}

const REFUSALS = ["REVOKED", "EXPIRED", "OWNER_DISABLED", "INSUFFICIENT_SCOPE"] as const;
