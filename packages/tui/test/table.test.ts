import { describe, expect, test } from "vitest";
import { similarTo } from "@latchkey/core";
import { type Column, pairs, table } from "../src/cli/table.ts";
import { width } from "../src/format/width.ts";

type Row = { readonly id: string; readonly title: string; readonly used: string };
const columns: readonly Column<Row>[] = [
  { head: "ID", cell: ({ id }) => id },
  { head: "TITLE", cell: ({ title }) => title, least: 8 },
  { head: "USED", cell: ({ used }) => used, drop: 1 },
];
const rows: readonly Row[] = [
  { id: "key_1", title: "CI deploy of everything", used: "2 min ago" },
  { id: "key_22", title: "日本語のとても長いキー", used: "never" },
];

describe("a table", () => {
  test("is aligned on a terminal, also under wide letters", () => {
    expect(table(columns, rows, 80).split("\n")).toEqual([
      "ID      TITLE                    USED",
      "key_1   CI deploy of everything  2 min ago",
      "key_22  日本語のとても長いキー   never",
    ]);
  });

  test("is cut to the width: a title first, then a whole column", () => {
    expect(table(columns, rows, 36).split("\n")).toEqual([
      "ID      TITLE              USED",
      "key_1   CI deploy of eve…  2 min ago",
      "key_22  日本語のとても長…  never",
    ]);
    expect(table(columns, rows, 22).split("\n")).toEqual([
      "ID      TITLE",
      "key_1   CI deploy of …",
      "key_22  日本語のとて…",
    ]);
  });

  test.each([1, 5, 14, 20, 30, 60])("never takes more than %i cells", (cells) => {
    for (const line of table(columns, rows, cells).split("\n")) {
      expect(width(line)).toBeLessThanOrEqual(cells);
    }
  });

  test("is tabs and nothing else for a program, with every column and no heads", () => {
    expect(table(columns, rows, null)).toBe(
      "key_1\tCI deploy of everything\t2 min ago\nkey_22\t日本語のとても長いキー\tnever",
    );
  });

  test("lets nothing of the store play tab, line or escape sequence", () => {
    const evil = [{ id: "key_1", title: "a\tb\nc\u001B[2J\u202E", used: "never" }];
    const escaped = "a\\u{9}b\\u{A}c\\u{1B}[2J\\u{202E}";
    expect(table(columns, evil, null)).toBe(`key_1\t${escaped}\tnever`);
    expect(table(columns, evil, 120)).toContain(escaped);
    expect(pairs([["Title", "a\tb\n\u009B"]], 80)).toBe("Title  a\\u{9}b\\u{A}\\u{9B}");
    expect(pairs([["Title", "a\tb"]], null)).toBe("Title\ta\\u{9}b");
  });
});

test("a long value goes on below itself", () => {
  expect(
    pairs(
      [
        ["Scopes", "orders:read orders:write users:read"],
        ["Owner", "me"],
      ],
      30,
    ),
  ).toBe("Scopes  orders:read\n        orders:write\n        users:read\nOwner   me");
});

test.each([
  ["lits", "list"],
  ["keey", "keys"],
  ["revok", "revoke"],
  ["rename", "rename"],
  ["x", null],
  ["completely", null],
])("%j is near %j", (typed, meant) => {
  expect(similarTo(typed, ["list", "keys", "revoke", "rename", "completion"])).toBe(meant);
});
