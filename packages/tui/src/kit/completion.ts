import { graphemes } from "../format/width.ts";
import { type TextField, textField } from "./text-field.ts";

// Known words are offered while typing; `→` at the end accepts the first.

export type Offers = {
  readonly from: readonly string[];
  /** Each word is completed separately, rather than the whole text. */
  readonly wordwise: boolean;
};

const MOST = 8;

/** What matches the typed text, the best first: prefixes, then substrings. */
export function offersFor({ text }: TextField, { from, wordwise }: Offers): readonly string[] {
  const words = text.split(" ");
  const typed = (wordwise ? (words.at(-1) ?? "") : text.trim()).toLowerCase();
  const taken = wordwise ? words : [text.trim()];
  const fits = from.filter(
    (offer) => offer.toLowerCase().includes(typed) && !taken.includes(offer),
  );
  const begins = (offer: string): boolean => offer.toLowerCase().startsWith(typed);
  return [...fits.filter(begins), ...fits.filter((offer) => !begins(offer))].slice(0, MOST);
}

/** The text with the first offer accepted; `null` if there is none, or the cursor is not at the end. */
export function complete(field: TextField, offers: Offers): TextField | null {
  const [best] = offersFor(field, offers);
  if (best === undefined || field.cursor !== graphemes(field.text).length) return null;
  const before = offers.wordwise ? field.text.slice(0, field.text.lastIndexOf(" ") + 1) : "";
  return textField(before + best);
}
