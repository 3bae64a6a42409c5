import { isPlain } from "./plain.ts";

type Segment = { readonly segment: string; readonly index: number; readonly input: string };

const CONTROLS = /[\x1B\n]/g;

/**
 * Finds what a person sees as single letters, as `Intl.Segmenter` does. Its first use takes the engine a third of a
 * terminal's whole start, so it is created only for text that needs it. In the bundle Ink has this class too.
 */
export class Segmenter {
  #real: Intl.Segmenter | undefined;

  segment(input: string): Iterable<Segment> {
    // A control character is always on its own (UAX #29, GB4 and GB5).
    if (isPlain(input.replace(CONTROLS, ""))) {
      return input.split("").map((segment, index) => ({ segment, index, input }));
    }
    this.#real ??= new Intl.Segmenter();
    return this.#real.segment(input);
  }
}
