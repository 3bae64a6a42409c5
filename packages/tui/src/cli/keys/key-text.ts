import type { ApiKey, KeyPage, KeyUsage } from "@latchkey/client";
import { grouped, totalText } from "../../format/total.ts";
import { escape } from "../../format/escape.ts";
import type { Emails } from "../emails.ts";
import type { Layout } from "../layout.ts";
import { type Column, pairs, table } from "../table.ts";

// Keys as lines.

/** A key's name in a sentence. */
export function named({ title, redacted }: ApiKey): string {
  return `${escape(title)} (${escape(redacted)})`;
}

/** `owners` if the keys need not all be one's own. */
export function keyTable(keys: readonly ApiKey[], layout: Layout, owners?: Emails): string {
  const owner: Column<ApiKey>[] =
    owners === undefined
      ? []
      : [{ head: "OWNER", cell: (key) => owners(key.ownerId), least: 14, drop: 1 }];
  return table(
    [
      { head: "ID", cell: ({ id }) => id },
      { head: "TITLE", cell: ({ title }) => title, least: 18 },
      ...owner,
      { head: "TOKEN", cell: ({ redacted }) => redacted, drop: 4 },
      { head: "STATUS", cell: layout.status },
      { head: "LAST USED", cell: ({ lastUsedAt }) => layout.near(lastUsedAt), drop: 3 },
      { head: "CREATED", cell: ({ createdAt }) => layout.near(createdAt), drop: 2 },
    ],
    keys,
    layout.columns,
  );
}

/** `20 of 57. More with --cursor …`. */
export function countText(page: KeyPage): string {
  const more = page.nextCursor === null ? "" : ` More with --cursor ${page.nextCursor}`;
  return `${page.items.length} of ${totalText(page)}.${more}`;
}

/** `usage` if it was requested: of 30 days. */
export function keyDetail(key: ApiKey, layout: Layout, emails: Emails, usage?: KeyUsage): string {
  const by = (id: string | null): string => (id === null ? "" : ` by ${emails(id)}`);
  const rows: [string, string][] = [
    ["Id", key.id],
    ["Title", key.title],
    ["Token", key.redacted],
    ["Status", layout.status(key)],
    ["Scopes", key.scopes.join(" ")],
    ["Owner", emails(key.ownerId)],
    ["Created", `${layout.exact(key.createdAt)} by ${creator(key, emails)}`],
    ["Expires", layout.exact(key.expiresAt)],
    ["Last used", layout.near(key.lastUsedAt)],
  ];
  if (usage !== undefined) rows.push(["In 30 days", usesText(usage)]);
  if (key.revokedAt !== null) {
    const label = new Date(key.revokedAt) > layout.now ? "Revokes" : "Revoked";
    rows.push([label, `${layout.exact(key.revokedAt)}${by(key.revokedBy)}`]);
  }
  if (key.rotatedFrom !== null) rows.push(["Rotated from", key.rotatedFrom]);
  if (key.rotatedTo !== null) rows.push(["Rotated to", key.rotatedTo]);
  return pairs(rows, layout.columns);
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
  const uses = used === 1 ? "1 use" : `${used === 0 ? "no" : grouped(used)} uses`;
  if (refused.length === 0) return uses;
  const counts = refused.map(({ count, outcome }) => `${grouped(count)} ${outcome}`);
  return `${uses}; refused ${counts.join(", ")}`;
}

const REFUSALS = ["REVOKED", "EXPIRED", "OWNER_DISABLED", "INSUFFICIENT_SCOPE"] as const;
