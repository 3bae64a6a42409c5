import { expect, test } from "vitest";
import { filesBelow, misplaced, shownIn } from "./support/canary.ts";
import { installation } from "./support/installation.ts";

// A token goes everywhere it could go, by right and by mistake. Afterwards it stands where it was
// asked for, and nowhere else.

test("a token is in no output, file, log, error or database but where it was asked for", async () => {
  const { env, run, terminal, json, keys } = await installation();
  const held = terminal();
  await held.shows("No secret API keys yet.");

  const created = await run(["keys", "create", "--title", "a title that can be found"]);
  const token = created.stdout.trim();
  expect(token).toMatch(/^sk_[0-9A-Za-z]{49}$/);
  const [{ id }] = (await keys()).items as unknown as [{ id: string }];

  // Rotation gives a second one.
  const rotated = await run(["keys", "rotate", id, "--grace", "1h"]);
  const successor = rotated.stdout.trim();
  const secrets: Record<string, string> = { token, successor };

  for (const args of misplaced(id, token)) {
    for (const form of [args, [...args, "--json"]]) {
      const { stdout, stderr } = await run(form, `${token}\n`);
      expect([form, shownIn(stdout + stderr, secrets)], stdout + stderr).toEqual([form, []]);
    }
  }

  // The terminal: shown only while it is asked for, gone from the screen afterwards.
  held.type("n");
  await held.shows("Create secret API key");
  held.type("by hand\r");
  await held.shows("This is the only time it is shown.");
  expect(held.written()).not.toMatch(/sk_[0-9A-Za-z]{49}/);
  held.type("s");
  await held.shows(/sk_[0-9A-Za-z]{49}/);
  const [shown] = /sk_[0-9A-Za-z]{49}/.exec(held.screen()) as unknown as [string];
  secrets["made by hand"] = shown;
  held.type("\r");
  await held.shows("Scopes");
  await held.hides(shown);
  held.type("v");
  await held.shows('"redacted"');
  expect(shownIn(held.screen(), secrets)).toEqual([]);
  held.type("\x03");
  await held.ended();
  expect(shownIn(held.screen(), secrets)).toEqual([]);

  // Files: the title is found, so the search does find what is there.
  const files = await filesBelow(env["HOME"] as string);
  expect(files.some(({ text }) => text.includes("still findable"))).toBe(true);
  for (const { path, text } of files) expect([path, shownIn(text, secrets)]).toEqual([path, []]);

  // And both of them work, so they were the real ones.
  for (const one of [token, successor]) {
    expect(await json(["keys", "verify"], one)).toMatchObject({ outcome: "VALID" });
  }
});
