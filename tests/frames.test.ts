import fc from "fast-check";
import { expect, test } from "vitest";
import { wholeFrames } from "@latchkey/testing/terminal/pseudo-terminal";

// What the other tests look at: no half of a frame, however it comes in pieces.

const [BEGINS, ENDS] = ["\u001B[?2026h", "\u001B[?2026l"];

test("frames are shown whole, cut at any place, and all that stands between them at once", () => {
  const part = fc.constantFrom(
    "one",
    "\u001B[2K",
    `${BEGINS}two\u001B[Ethree${ENDS}`,
    "\u001B[?25l",
  );
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat(200)), (parts, cuts) => {
      const text = parts.join("");
      const places = [...new Set(cuts)].filter((cut) => cut < text.length).sort((a, b) => a - b);
      let [shown, held] = ["", ""];
      for (const [index, from] of [0, ...places].entries()) {
        const [whole, rest] = wholeFrames(held + text.slice(from, places[index]));
        held = rest;
        shown += whole;
        expect(shown.split(BEGINS).length).toBe(shown.split(ENDS).length);
      }
      expect(shown + held).toBe(text);
      expect(held).toBe("");
    }),
  );
});
