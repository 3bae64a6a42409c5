import type { EventItem } from "@latchkey/client";
import type { AuditFilter } from "../../kit/audit-filter.ts";
import { subjectOf } from "../../format/history.ts";
import type { Context } from "../../kit/screen.ts";

type Likeness = "only-actor" | "only-type" | "only-key";

/**
 * The filter narrowed to events like this one; the same key again undoes it. `null` if the event has nothing of
 * that kind.
 */
export function onlyLike(
  filter: AuditFilter,
  likeness: Likeness,
  event: EventItem,
  context: Context,
): AuditFilter | null {
  const { actor, type, keyId } = event;
  switch (likeness) {
    case "only-actor":
      if (filter.actorId !== null) return { ...filter, actorId: null };
      return actor.userId === null ? null : { ...filter, actorId: actor.userId };
    case "only-type":
      return { ...filter, type: filter.type === null ? type : null };
    case "only-key": {
      if (filter.key !== null) return { ...filter, key: null };
      if (keyId === null) return null;
      const title = subjectOf(event, context);
      return { ...filter, key: { id: keyId, title } };
    }
  }
}
