import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inputBounds } from "../src/kit/bounded-input.ts";
import { startOnScreen } from "./harness.ts";

const KIB_64 = 64 * 1024;
const [START, END] = ["\x1b[200~", "\x1b[201~"];

/** What goes on of these pieces, and how many pastes were too long. */
function bounded(...pieces: readonly (string | Buffer)[]) {
  let dropped = 0;
  const bounds = inputBounds(() => (dropped += 1));
  const passed: Buffer[] = [];
  bounds.on("data", (chunk: Buffer) => passed.push(chunk));
  for (const piece of pieces) bounds.write(piece);
  return { text: Buffer.concat(passed).toString(), pieces: passed.map(String), dropped };
}

const inPieces = (text: string, bytes: number): Buffer[] => {
  const all = Buffer.from(text);
  return Array.from({ length: Math.ceil(all.length / bytes) }, (_, at) =>
    all.subarray(at * bytes, (at + 1) * bytes),
  );
};

describe("what comes from a terminal", () => {
  const keys = ["a", "\r", "é", "🚀", "\x7f", "[", "O", "1", "~", "\x1b", "\x1b[A", "\x1b[1;5C"];
  const odd = [
    "\x1bOP",
    "\x1b[[A",
    "\x1b[2$",
    "\x1b\x1b[D",
    "\x1b[?62;4c",
    "\x1b]0;x\x07",
    "\x1bP1$r\x1b\\",
  ];
  const pastes = [`${START}one\ntwo\x1b[A${END}`, `${START}${END}`];
  const key = fc.constantFrom(...keys, ...odd, ...pastes);

  test("goes on as it is, wherever it was cut", () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (typed, bytes) => {
          // A paste has to come to its end.
          const text = `${typed.join("")}x${START}p${END}`;
          const { text: passed, dropped } = bounded(...inPieces(text, bytes));
          expect({ passed, dropped }).toEqual({ passed: text, dropped: 0 });
        },
      ),
    );
  });

  test.each(["\x1b[", "\x1bO", "\x1b[?", "\x1b[[", "\x1b\x1b["])(
    "of %j and digits without an end 64 bytes go on at most",
    (beginning) => {
      for (const bytes of [1, 1000, 100_000]) {
        const { text } = bounded(...inPieces(beginning + "1;".repeat(50_000), bytes));
        expect(text.length).toBeLessThanOrEqual(65);
        const ended = bounded(...inPieces(`${beginning}${"1".repeat(100_000)}mjk`, bytes));
        expect(ended.text).toMatch(/1mjk$/);
      }
    },
  );

  test("of a paste nothing goes on before its end has come", () => {
    expect(bounded("j", START, "pasted", "\x1b[201").text).toBe(`j${START}`);
    const { pieces } = bounded("j", START, "pas", "ted", "\x1b[201", "~k");
    expect(pieces.at(-1)).toBe(`pasted${END}k`);
  });

  test.each([1, 7, 16_384, 1_000_000])(
    "a paste of 64 KiB goes on, and of a longer one nothing, in pieces of %i",
    (bytes) => {
      const most = "p".repeat(KIB_64);
      const fits = bounded(...inPieces(`${START}${most}${END}k`, bytes));
      expect(fits).toMatchObject({ text: `${START}${most}${END}k`, dropped: 0 });
      const tooLong = bounded(...inPieces(`${START}${most}p${END}k`, bytes));
      expect(tooLong).toMatchObject({ text: `${START}${END}k`, dropped: 1 });
    },
  );

  test("of a paste without an end nothing is kept", () => {
    const { text, dropped } = bounded(
      START,
      ...Array.from({ length: 100 }, () => "p".repeat(KIB_64)),
    );
    expect({ text, dropped }).toEqual({ text: START, dropped: 1 });
  });
});

describe("on the screen", () => {
  test("a paste that is too long is told of, and what is typed after it counts", async () => {
    const { terminal, shows } = startOnScreen(120, 40);
    await shows("CI deploy");
    terminal.type(START + "p".repeat(2 * KIB_64));
    await shows("More than 64 KiB were pasted: nothing of it was taken.");
    terminal.type(`${"p".repeat(KIB_64)}${END}n`);
    await shows("Create secret API key");
    terminal.type(`\x1b[${"1".repeat(KIB_64)}`);
    terminal.type(`m${START}pasted${END}`);
    await shows("pasted");
  });

  test("a field takes only so much of what is typed without end", async () => {
    const { terminal, shows, after } = startOnScreen(120, 40);
    await after("CI deploy", "n");
    await shows("Create secret API key");
    terminal.type(`${"x".repeat(200_000)}${"字".repeat(50_000)}`);
    terminal.type("\x15short");
    await shows("short");
  });
});
