import { followLog } from "../follow-log.ts";
import type { Work } from "../run-command.ts";
import { untilEnded } from "../until-ended.ts";
import { type ListOptions, ownersFor, readPage } from "./list-keys.ts";
import { watchView } from "./watch-view.ts";

/**
 * keys list --watch. A terminal shows the list as it changes. Otherwise it is written once, and then a line for
 * each key that is new, changed or gone; with --json the whole page at each change. It ends by a signal.
 */
export async function watchKeys(work: Work<ListOptions>): Promise<null> {
  const { client, console, options } = work;
  const view = watchView(console, options, await ownersFor(client, options));
  try {
    await untilEnded(console, async (ended) => {
      for await (const followed of followLog(work, () => readPage(work), ended)) {
        if ("value" in followed) await view.show(followed.value);
        else if ("restarted" in followed) view.restarted();
        else view.lost(followed.lostSince);
      }
    });
  } finally {
    view.close();
  }
  return null;
}
