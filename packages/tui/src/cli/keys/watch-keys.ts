import { followLog } from "../follow-log.ts";
import type { Work } from "../run-command.ts";
import { type ListOptions, ownersFor, readPage } from "./list-keys.ts";
import { watchView } from "./watch-view.ts";

/**
 * keys list --watch. On a terminal the list stands there and changes. Elsewhere it is written once, and
 * then a line for each key that is new, changed or gone; with --json the whole page at each change.
 * It ends by a signal.
 */
export async function watchKeys(work: Work<ListOptions>): Promise<null> {
  const { client, console, options } = work;
  const view = watchView(console, options, await ownersFor(client, options));
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    const pages = followLog(client, () => readPage(client, options), interrupted.signal);
    for await (const followed of pages) {
      if ("value" in followed) view.show(followed.value);
      else view.lost(followed.lostSince);
    }
  } finally {
    view.close();
    for (const signal of signals) process.off(signal, stop);
  }
  return null;
}
