import type { ErrorOf } from "./errors.ts";
import { joinersInPlace } from "./joiners.ts";
import { MAX_TITLE_LENGTH } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

/** Control, format (bidi among them), line, paragraph, surrogate and private-use characters. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** At least one visible character: not space, not a bare mark, not a filler or empty braille. */
const VISIBLE = /[^\p{White_Space}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * A key's title in its stored form: trimmed, NFC (UAX #15), 1 to 200 code points, at least one visible.
 *
 * The two joiners, which are formats, may stand where a language or an emoji needs them
 * ({@link joinersInPlace}). Code points are counted, not what a person sees as one letter, since a single visible letter may
 * carry any number of marks. Error: TITLE_INVALID.
 */
export function parseTitle(input: string): Result<string, ErrorOf<"TITLE_INVALID">> {
  const title = input.trim().normalize("NFC");
  const forbidden = forbiddenIn(title);
  if (forbidden !== null) {
    const codePoint = forbidden.codePointAt(0) as number;
    return err({ code: "TITLE_INVALID", problem: { kind: "forbidden_character", codePoint } });
  }
  if (!VISIBLE.test(title)) return err({ code: "TITLE_INVALID", problem: { kind: "empty" } });
  const length = [...title].length;
  if (length > MAX_TITLE_LENGTH) {
    return err({ code: "TITLE_INVALID", problem: { kind: "too_long", length } });
  }
  return ok(title);
}

/** The name or label of anything but a key, by the rules of titles. Error: INPUT_INVALID of `field`. */
export function parseName(field: string, input: string): Result<string, ErrorOf<"INPUT_INVALID">> {
  const name = parseTitle(input);
  if (name.ok) return name;
  const message = `Use 1 to ${MAX_TITLE_LENGTH} visible characters, none that controls or formats text.`;
  return err({ code: "INPUT_INVALID", fields: [{ field, message }] });
}

function forbiddenIn(title: string): string | null {
  const inPlace = joinersInPlace(title);
  for (const { 0: character, index } of title.matchAll(FORBIDDEN)) {
    if (!inPlace.has(index)) return character;
  }
  return null;
}
