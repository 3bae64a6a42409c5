import type { ApiKey, KeyUsage } from "@latchkey/client";
import { DAY, DEMONSTRATION_NOW, HOUR } from "./examples.ts";

/** As a service that is busy by day: the same every day, and fewer on Saturday and Sunday. */
export function usageOf({ createdAt, lastUsedAt }: ApiKey): KeyUsage {
  const hour = (at: number): number => Math.floor(at / HOUR) * HOUR;
  const to = hour(DEMONSTRATION_NOW.getTime()) + HOUR;
  const from = to - 30 * DAY;
  const items: KeyUsage["items"] = [];
  if (lastUsedAt !== null) {
    const first = Math.max(from, hour(new Date(createdAt).getTime()));
    for (let at = first; at <= hour(new Date(lastUsedAt).getTime()); at += HOUR) {
      const local = new Date(at);
      const busy = Math.max(0, Math.sin(((local.getHours() - 5) / 17) * Math.PI));
      const valid = Math.round(180 * busy * (local.getDay() % 6 === 0 ? 0.2 : 1));
      const refused = { REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
      if (valid > 0) items.push({ hour: local.toISOString(), valid, refused });
    }
  }
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), items };
}
