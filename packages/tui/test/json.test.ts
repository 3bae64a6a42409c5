import fc from "fast-check";
import { expect, test } from "vitest";
import { print } from "../src/cli/run-command.ts";
import { jsonText } from "../src/format/json.ts";
import { pipedConsole } from "./piped-console.ts";

/** What a terminal would obey, or nobody would see. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/u;

test("JSON holds nothing that a terminal obeys, and reads as what it was made of", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom(
        "a",
        "\u202E",
        "\u009B",
        "\u007F",
        "\u2028",
        "\uFEFF",
        "\u{E0041}",
        "\\",
      ),
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(text, text), (named) => {
      const written = jsonText(named);
      expect(written).not.toMatch(UNSEEN);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(named)));
    }),
  );
});

test("a command's JSON is such, whatever is stored", async () => {
  const { console, out } = pipedConsole();
  const json = { name: "Mia\u202Egnp\u009B31m", title: "می\u200Cخواهم" };
  await print(console, { json: true }, { json, text: "" });
  const written = String.raw`{"name":"Mia\u202egnp\u009b31m","title":"می\u200cخواهم"}`;
  expect(out()).toBe(`${written}\n`);
});
