import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demoKey } from "@latchkey/testing/demonstration/examples";
import { escape, escapeLetters } from "../src/format/escape.ts";
import { failed } from "./application.ts";
import { changeFailure, failureMessage, readFailure } from "../src/format/failure.ts";
import { statusText } from "../src/format/status.ts";
import { exact, logged, moment, parseDay, relative } from "../src/format/time.ts";
import { maskToken } from "../src/screens/created-key/view.tsx";
import { rangeText, totalText } from "../src/format/total.ts";
import { fit, graphemes, truncate, width, wrap } from "../src/format/width.ts";

const now = new Date(2026, 10, 12, 14, 3, 0);
const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

describe("escape", () => {
  test.each([
    ["plain", "plain"],
    ["日本語 Ünïcödé", "日本語 Ünïcödé"],
    ["a\u001B[31mb", "a\\u{1B}[31mb"],
    ["a\u009Db\u0007", "a\\u{9D}b\\u{7}"],
    ["a\r\nb\tc", "a\\u{D}\\u{A}b\\u{9}c"],
    ["abc\u202Egnp.exe", "abc\\u{202E}gnp.exe"],
    ["a\u200Bb", "a\\u{200B}b"],
    ["\uD800", "\\u{D800}"],
    ["a\u2028b", "a\\u{2028}b"],
  ])("shows what can't be seen in %j", (text, shown) => {
    expect(escape(text)).toBe(shown);
  });

  test("leaves out what terminals disagree about the width of", () => {
    expect(escape("✔\uFE0F")).toBe("✔");
    expect(escape("👩\u200D👧")).toBe("👩👧");
    expect(escape("👩🏽\u200D🚀 👍🏽")).toBe("👩🚀 👍");
    expect(escape("1\uFE0F\u20E3")).toBe("1");
    expect(escape("a🏽")).toBe("a\\u{1F3FD}");
  });

  test.each([
    [
      "a non-joiner between letters stays, which has no width anywhere",
      "می\u200Cخواهم",
      "می\u200Cخواهم",
    ],
    ["a joiner after a virama becomes one", "क\u094D\u200Dष", "क\u094D\u200Cष"],
    ["letters that a virama joins are taken apart", "क\u094Dष", "क\u094D\u200Cष"],
    ["nothing changes after a virama at the end", "ന\u0D4D", "ന\u0D4D"],
    ["a joiner out of place is shown", "a\u200Db\u200Cc", "a\\u{200D}b\\u{200C}c"],
    ["one at the end is shown", "می\u200C", "می\\u{200C}"],
  ])("%s", (_, text, shown) => {
    expect(escape(text)).toBe(shown);
    expect(escapeLetters(text).join("")).toBe(shown);
  });

  test("letter by letter it is what it is as a whole, and each is as wide as its parts", () => {
    const parts =
      "\u200C \u200D a ب م क \u094D ष ശ \u0D4D \u0301 👩 🚀 🏽 ✔ \uFE0F 中 \u202E \u0007 1 \u20E3";
    const unit = fc.constantFrom(" ", ...parts.split(" "));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        const text = units.join("");
        const shown = escape(text);
        expect(escapeLetters(text).join("")).toBe(shown);
        for (const unseen of ["\u200D", "\u202E", "\u0007", "\uFE0F"]) {
          expect(shown).not.toContain(unseen);
        }
        const apart = graphemes(shown).reduce((sum, letter) => sum + width(letter), 0);
        expect(width(shown)).toBe(apart);
        // No letter joins another into one: a terminal that knows no such joining is of the same mind.
        for (const letter of graphemes(shown)) expect(letter).not.toMatch(/\p{L}.*\p{L}/u);
      }),
    );
  });
});

describe("width", () => {
  test.each(["plain", "日本語のキー", "👩👧 family", "e\u0301a\u0301", ""])(
    "%j fits into exactly so many cells",
    (text) => {
      for (let cells = 1; cells < 20; cells += 1) {
        expect(width(fit(text, cells))).toBe(cells);
        expect(width(fit(text, cells, "right"))).toBe(cells);
      }
    },
  );

  test("a letter is never cut in half", () => {
    expect(truncate("日本語", 4)).toBe("日…");
    expect(truncate("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
    expect(truncate("abc", 3)).toBe("abc");
  });

  test("graphemes are what a person sees as letters", () => {
    expect(graphemes("e\u0301日👩\u200D👧x")).toEqual(["e\u0301", "日", "👩\u200D👧", "x"]);
  });

  test("no line is wider than asked for, and no letter is lost", () => {
    const text = "a rather long sentence with 日本語のとても長い言葉 inside";
    const lines = wrap(text, 12);
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(12);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });
});

describe("times", () => {
  test.each([
    [10, "just now"],
    [60, "1 min ago"],
    [125, "2 min ago"],
    [3 * 3600, "3 h ago"],
    [-59 * 60 - 30, "in 59 min"],
    [-30, "in 1 min"],
    [-3 * 3600, "in 3 h"],
  ])("%d s ago reads as %j", (seconds, text) => {
    expect(relative(before(seconds), now)).toBe(text);
  });

  test("in the narrow log a day is told without its year only where it is of this year", () => {
    expect(logged(new Date(2026, 0, 14, 14, 3), now, "short")).toBe("14 Jan 14:03");
    expect(logged(new Date(2025, 0, 14, 14, 3), now, "short")).toBe("14 Jan 2025");
    expect(logged(new Date(2025, 0, 14, 14, 3), now, "long")).toBe("14 Jan 2025, 14:03");
  });

  test("from a day on it is a date", () => {
    expect(relative(before(86_400), now)).toBe("11 Nov 2026");
    expect(relative(before(-86_400), now)).toBe("13 Nov 2026");
    expect(exact(before(0))).toBe("12 Nov 2026, 14:03");
  });

  test("the history tells today and yesterday", () => {
    expect(moment(before(60), now)).toBe("today 14:02");
    expect(moment(before(15 * 3600), now)).toBe("yesterday 23:03");
    expect(moment(before(3 * 86_400), now)).toBe("9 Nov 2026, 14:03");
  });

  test("a day that does not exist is none", () => {
    expect(parseDay("2026-11-12")).toEqual(new Date(2026, 10, 12));
    for (const text of ["2026-02-30", "2026-13-01", "12.11.2026", "", "tomorrow"]) {
      expect(parseDay(text)).toBeNull();
    }
  });
});

describe("status", () => {
  const at = (seconds: number): string => before(-seconds).toISOString();

  test("a scheduled key is active until its instant, which counts as revoked", () => {
    const key = demoKey({ title: "a", revokedAt: at(3570) });
    expect(statusText(key, now)).toBe("◐ revokes in 59 min");
    expect(statusText(key, now, "short")).toBe("◐ 59 min left");
    expect(statusText(key, before(-3570))).toBe("○ revoked");
  });

  test("far ahead it names the day", () => {
    const key = demoKey({ title: "a", revokedAt: at(7 * 86_400) });
    expect(statusText(key, now)).toBe("◐ revokes 19 Nov 2026");
    expect(statusText(key, now, "short")).toBe("◐ until 19 Nov");
  });

  test("a key that came to its end since it was read reads as expired", () => {
    const key = demoKey({ title: "a", expiresAt: at(5) });
    expect(statusText(key, now)).toBe("● active");
    expect(statusText(key, before(-5))).toBe("◌ expired");
  });
});

test("the masked token is as long as the token and tells its prefix and last 4 alone", () => {
  const masked = maskToken("sk_4fQa…9Zx1");
  expect(masked).toBe(`sk_${"•".repeat(45)}9Zx1`);
  expect(masked).toHaveLength(52);
  expect(maskToken("my_own_sk_4fQa…9Zx1")).toBe(`my_own_sk_${"•".repeat(45)}9Zx1`);
});

test("totals are grouped, and marked where the server stopped counting", () => {
  expect(totalText({ total: 57, totalIsCapped: false })).toBe("57");
  expect(totalText({ total: 1000, totalIsCapped: true })).toBe("1,000+");
  const items = Array.from({ length: 20 });
  expect(rangeText({ items, total: 1000, totalIsCapped: true }, 50)).toBe("1,001–1,020 of 1,000+");
  expect(rangeText({ items: [], total: 0, totalIsCapped: false }, 0)).toBe("");
});

describe("what went wrong", () => {
  test("is told with instants in local time", () => {
    const at = new Date(2026, 10, 24, 0, 3, 49, 918);
    expect(failureMessage(failed({ code: "KEY_ALREADY_REVOKED", revokedAt: at }))).toBe(
      "This key was revoked at 24 Nov 2026, 00:03. A revoked key can be renamed or deleted.",
    );
  });

  test("in changing says what to look for where nobody knows whether it happened", () => {
    const lost = failed({ code: "UNAVAILABLE", why: "outcome_unknown" });
    expect(changeFailure(lost, "it was created")).toBe(
      "The connection was lost before the answer came. Look whether it was created before you try again.",
    );
    const answer = { address: "https://keys.example.com", status: 502, contentType: "text/html" };
    const other = failed({ code: "UNAVAILABLE", why: "not_latchkey", answer });
    expect(changeFailure(other, "it was created")).toBe(
      "What answered at https://keys.example.com does not answer as Latchkey does (502 text/html). Look whether it was created before you try again. Check the address, and the proxy or network before it.",
    );
    expect(readFailure(other)).toBe(
      "What answered at https://keys.example.com does not answer as Latchkey does (502 text/html). Check the address, and the proxy or network before it.",
    );
    const busy = failed({ code: "UNAVAILABLE", why: "busy" });
    expect(changeFailure(busy, "it was created")).toBe(busy.message);
  });

  test("in reading is one short line that says what to press", () => {
    const unreachable = failed({ code: "UNAVAILABLE", why: "unreachable" });
    expect(readFailure(unreachable)).toBe("The server can't be reached. r to try again.");
    const busy = failed({ code: "UNAVAILABLE", why: "busy" });
    expect(readFailure(busy)).toBe("The storage is busy. Nothing was changed. r to try again.");
    expect(readFailure(failed({ code: "UNAVAILABLE", why: "read_only" }))).toContain(
      "Name the primary, or r to try again.",
    );
  });
});
