import { stripVTControlCharacters } from "node:util";
import { renderToString } from "ink";
import { describe, expect, test } from "vitest";
import { HintLine } from "../src/components/hint-line.tsx";
import { hintsOf, type KeyContext, keymap } from "../src/kit/keymap.ts";
import { width } from "../src/format/width.ts";

const contexts = Object.keys(keymap) as KeyContext[];

function drawn(context: KeyContext, columns: number, count: string): string {
  const line = <HintLine hints={hintsOf(context)} columns={columns} count={count} />;
  return stripVTControlCharacters(renderToString(line, { columns }));
}

describe.each(contexts)("the hints of %s", (context) => {
  test.each([60, 80, 120])("end with a way out, whole, at %i columns", (columns) => {
    const last = hintsOf(context).at(-1);
    const line = drawn(context, columns, "21–40 of 57");
    expect(`${line}  `).toContain(` ${last?.key} ${last?.word}  `);
    expect(line).not.toContain("…");
    expect(width(line)).toBeLessThanOrEqual(columns);
  });
});

test.each([60, 80])("a list says how to search, filter and sort at %i columns", (columns) => {
  const line = drawn("key-list", columns, "21–40 of 57");
  for (const hint of ["n new", "/ search", "f filter", "s sort", "? help"]) {
    expect(line).toContain(hint);
  }
});

test.each([60, 80])("the users say what can be done with them at %i columns", (columns) => {
  const line = drawn("users", columns, "21–40 of 57");
  for (const hint of ["x disable", "p password", "s SSH", "? help"]) expect(line).toContain(hint);
});

test.each([60, 80])("a profile says how to end a session at %i columns", (columns) => {
  expect(drawn("profile", columns, "3 sessions")).toContain("x end session");
});

test("words are short only where not all of them have room", () => {
  expect(drawn("users", 160, "1–3 of 3")).toContain("s SSH keys   o their keys");
  expect(drawn("users", 100, "1–3 of 3")).toContain("s SSH  o keys");
});
