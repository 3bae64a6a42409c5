import type { ApiKey, KeyPage } from "@latchkey/client";
import { jsonText } from "../../format/json.ts";
import { totalText } from "../../format/total.ts";
import type { Console } from "../console.ts";
import type { Emails } from "../emails.ts";
import { type Layout, layoutFor } from "../layout.ts";
import { type WatchView, watchInLines, watchOnScreen } from "../watch-screen.ts";
import { keyTable } from "./key-text.ts";
import type { ListOptions } from "./list-keys.ts";

export function watchView(
  console: Console,
  options: ListOptions,
  owners: Emails | undefined,
): WatchView<KeyPage> {
  const { screen, out } = console;
  if (options.json === true) {
    return watchInLines(console, (page) => out(jsonText(page)));
  }
  if (screen === null) {
    return watchInLines(console, changedLines(out, layoutFor(console, options), owners));
  }
  return watchOnScreen(screen, console.now, {
    head: howMany,
    text: ({ items }) =>
      items.length === 0 ? "No keys." : keyTable(items, layoutFor(console, options), owners),
  });
}

/** A line for each key that has changed since it was last written; one that left the page reads `gone`. */
function changedLines(
  out: Console["out"],
  layout: Layout,
  owners: Emails | undefined,
): (page: KeyPage) => Promise<void> {
  let written = new Map<string, ApiKey>();
  return async ({ items }) => {
    const now = new Map<string, ApiKey>(items.map((key) => [key.id, key]));
    const changed = items.filter(
      (key) => JSON.stringify(written.get(key.id)) !== JSON.stringify(key),
    );
    const gone = [...written.values()].filter(({ id }) => !now.has(id));
    if (changed.length > 0) await out(keyTable(changed, layout, owners));
    if (gone.length > 0) await out(keyTable(gone, { ...layout, status: () => "gone" }, owners));
    written = now;
  };
}

function howMany(page: KeyPage): string {
  const all = totalText(page);
  const some = page.items.length === page.total ? all : `${page.items.length} of ${all}`;
  return `${some} ${all === "1" ? "key" : "keys"}`;
}
