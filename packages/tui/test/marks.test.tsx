import { renderToString } from "ink";
import { expect, test } from "vitest";
import { Buttons } from "../src/components/buttons.tsx";
import { ChoiceRow } from "../src/components/choice-row.tsx";
import { MarksContext } from "../src/components/tone.tsx";
import { marksFor, unicodeMarks } from "../src/theme/marks.ts";

const drawn = (env: NodeJS.ProcessEnv): string =>
  renderToString(
    <MarksContext value={marksFor(env)}>
      <ChoiceRow label="When" choices={["now", "later"]} chosen={1} focused />
      <Buttons buttons={[{ id: "no", label: "Cancel" }]} focus="no" />
    </MarksContext>,
    { columns: 60 },
  );

test.each([
  { LC_ALL: "C" },
  { LC_ALL: "POSIX", LANG: "en_US.UTF-8" },
  { LC_CTYPE: "C", LANG: "en_US.UTF-8" },
  { LANG: "en_US.ISO-8859-1" },
  { LANG: "de_DE" },
])("in a locale that is not UTF-8 every mark is ASCII, and no two look alike: %j", (env) => {
  const text = drawn(env);
  expect(text).toMatch(/^[\n\x20-\x7E]*$/);
  expect(text).toContain("o now  * later");
  expect(text).toContain("[Cancel]");
  expect(marksFor(env).chosen).not.toBe(marksFor(env).other);
});

test.each([
  {},
  { LANG: "" },
  { LANG: "C.UTF-8" },
  { LC_ALL: "en_US.utf8", LANG: "C" },
  { LC_ALL: "", LC_CTYPE: "UTF-8" },
])("in UTF-8, and where no locale is named, they are drawn: %j", (env) => {
  expect(marksFor(env)).toBe(unicodeMarks);
  expect(drawn(env)).toContain("○ now  ◉ later");
});
