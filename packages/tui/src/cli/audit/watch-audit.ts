import type { EventItem } from "@latchkey/client";
import { jsonText } from "../../format/json.ts";
import { emailsFor } from "../emails.ts";
import { followLog } from "../follow-log.ts";
import { layoutFor } from "../layout.ts";
import type { Work } from "../run-command.ts";
import { untilEnded } from "../until-ended.ts";
import { type WatchView, watchInLines, watchOnScreen } from "../watch-screen.ts";
import { eventTable } from "./event-table.ts";
import { type AuditListOptions, filtersIn, newestEvents, pagesAfter } from "./read-events.ts";

/**
 * audit list --watch. A terminal shows the newest events, newest first. Otherwise they are written in the order
 * in which they happened, and then a line for each new one, without gaps; with --json each as a document of its
 * own. It ends by a signal.
 */
export async function watchAudit(work: Work<AuditListOptions>): Promise<null> {
  const { client, console, options, layout } = work;
  const filters = await filtersIn(client, options);
  const emails = await emailsFor(client, options);
  const { screen, out } = console;
  const isTable = screen !== null && options.json !== true;
  let last: number | null = null;
  const { next, isBehind } = pagesAfter(client, filters);
  const read = async (): Promise<readonly EventItem[]> => {
    if (isTable || last === null) return newestEvents(client, filters, options.limit);
    return next(last);
  };
  const write = async (events: readonly EventItem[]): Promise<void> => {
    last = events[0]?.seq ?? last ?? 0;
    const inOrder = events.toReversed();
    if (options.json === true) for (const event of inOrder) await out(jsonText(event));
    else if (inOrder.length > 0) await out(eventTable(inOrder, layout, emails));
  };
  const view: WatchView<readonly EventItem[]> = isTable
    ? watchOnScreen(screen, console.now, {
        head: ({ length }) => (length === 1 ? "The newest event" : `The newest ${length} events`),
        text: (events) =>
          events.length === 0
            ? "No events."
            : eventTable(events, layoutFor(console, options), emails),
      })
    : watchInLines(console, write);
  try {
    await untilEnded(console, async (ended) => {
      for await (const followed of followLog(work, read, ended, isBehind)) {
        if ("value" in followed) await view.show(followed.value);
        else if ("restarted" in followed) {
          last = null;
          view.restarted();
        } else view.lost(followed.lostSince);
      }
    });
  } finally {
    view.close();
  }
  return null;
}
