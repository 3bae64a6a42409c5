import type { ApiKey } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import { fuzzyScore } from "../format/fuzzy.ts";
import type { RootKind } from "./roots.ts";

/** What can be chosen. A command is run by its key, on the page below. */
export type PaletteItem =
  | {
      readonly kind: "command";
      readonly label: string;
      readonly key: string;
      readonly press: string;
    }
  | {
      readonly kind: "screen";
      readonly label: string;
      readonly key: string;
      readonly to: RootKind;
    }
  | { readonly kind: "key"; readonly key: ApiKey };

/** Those that match what is typed, the best first; keys only once something is typed. */
export function itemsFor(
  typed: string,
  { items, keys }: { readonly items: readonly PaletteItem[]; readonly keys: readonly ApiKey[] },
): readonly PaletteItem[] {
  if (typed.trim() === "") return items;
  const all = [...items, ...keys.map((key) => ({ kind: "key", key }) as const)];
  return all
    .flatMap((item) => {
      const score = scoreOf(typed, item);
      return score === null ? [] : [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

export function labelOf(item: PaletteItem): string {
  return item.kind === "key" ? escape(item.key.title) : item.label;
}

function scoreOf(typed: string, item: PaletteItem): number | null {
  if (item.kind !== "key") return fuzzyScore(typed, item.label);
  const scores = [item.key.title, item.key.redacted].flatMap(
    (text) => fuzzyScore(typed, text) ?? [],
  );
  return scores.length === 0 ? null : Math.max(...scores);
}
