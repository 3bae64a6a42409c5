import { PassThrough } from "node:stream";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";
import { expect, test } from "vitest";
import { fewSteps, inFewSteps } from "../src/app/few-steps.ts";

const DOWN = "\u001B[E";

test.each([
  ["", ""],
  [DOWN, DOWN],
  [`a${DOWN}${DOWN}b${DOWN}c`, `a\u001B[2Eb${DOWN}c`],
  [DOWN.repeat(30), "\u001B[30E"],
  [`\u001B[39A${DOWN.repeat(7)}\u001B[2Gx`, "\u001B[39A\u001B[7E\u001B[2Gx"],
  ["[E[E E E", "[E[E E E"],
])("%j is written as %j", (text, written) => {
  expect(fewSteps(text)).toBe(written);
});

test("an emulator shows the same, beyond its last line too", async () => {
  const shown = async (text: string) => {
    const emulator = new xterm.Terminal({ cols: 20, rows: 5, allowProposedApi: true });
    emulator.loadAddon(new UnicodeGraphemesAddon());
    await new Promise<void>((drawn) => emulator.write(text, drawn));
    const { active } = emulator.buffer;
    return Array.from({ length: 5 }, (_, row) => active.getLine(row)?.translateToString(true));
  };
  for (const steps of [1, 2, 4, 5, 9]) {
    const text = `one\r\ntwo\u001B[Hx${DOWN.repeat(steps)}here`;
    expect(await shown(fewSteps(text))).toEqual(await shown(text));
  }
});

test("all else of the stream is as it was", () => {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const written: string[] = [];
  stream.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  stream.columns = 80;
  const few = inFewSteps(stream);
  let resized = 0;
  const count = () => {
    resized += 1;
  };
  few.on("resize", count);
  stream.emit("resize");
  few.off("resize", count);
  stream.emit("resize");
  few.write(DOWN + DOWN);
  few.write(Buffer.from("bytes"));
  expect([resized, few.columns, stream.listenerCount("resize")]).toEqual([1, 80, 0]);
  expect(written).toEqual(["\u001B[2E", "bytes"]);
});
