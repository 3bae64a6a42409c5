import { LocalFailure } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import {
  demoKey,
  demoMara,
  demoUser,
  everybodysKeys,
} from "@latchkey/testing/demonstration/examples";
import { lineWith, startOnScreen } from "./harness.ts";

const everybodys = () => createDemonstration(everybodysKeys());

describe("for an admin", () => {
  test.each([
    [60, 16, ["TITLE", "OWNER", "STATUS"]],
    [80, 24, ["TITLE", "OWNER", "STATUS", "CREATED"]],
    [120, 40, ["TITLE", "OWNER", "TOKEN", "STATUS", "LAST USED", "CREATED"]],
  ] as const)(
    "o names the owners at %i×%i beside what there is room for",
    async (columns, rows, heads) => {
      const { after, shows } = startOnScreen(columns, rows, everybodys());
      const mine = await shows("1 key · mine");
      expect(mine.join("\n")).not.toContain("Warehouse sync");
      await after("ops@example.com", "o");
      const lines = await shows("5 keys · all");
      const head = lineWith(lines, "TITLE");
      for (const name of ["TITLE", "OWNER", "TOKEN", "STATUS", "LAST USED", "CREATED"] as const) {
        expect(head.includes(name)).toBe((heads as readonly string[]).includes(name));
      }
      expect(lineWith(lines, "Warehouse sync")).toContain("mara@example.com");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    },
  );

  test("o again leads back to one's own", async () => {
    const { after, shows } = startOnScreen(120, 40, everybodys());
    await after("o all", "o");
    await after("5 keys · all", "o");
    const lines = await shows("1 key · mine");
    expect(lineWith(lines, "TITLE")).not.toContain("OWNER");
  });

  test("a key's page names people by their email, and says that its owner is disabled", async () => {
    const { after, shows } = startOnScreen(80, 24, everybodys());
    await after("ops@example.com · live", "o");
    await after("5 keys · all", "G\r");
    const lines = await shows("(disabled, so this key");
    expect(lineWith(lines, "Owner")).toContain("theodora.papadaki@example.com");
    expect(lines.join("\n")).not.toContain("user_");
  });

  test("somebody who was added meanwhile is looked up once, and is an id if that is in vain", async () => {
    const demonstration = everybodys();
    const { after, shows } = startOnScreen(120, 40, demonstration);
    await after("o all", "o");
    await shows("5 keys · all");
    const nina = demoUser({ email: "nina@example.com" });
    demonstration.users = [...demonstration.users, nina];
    const ghost = "user_01kdemonstrationghost00000" as const;
    demonstration.keys = [
      demoKey({ title: "Hers", ownerId: nina.id }),
      demoKey({ title: "Whose", ownerId: ghost }),
      ...demonstration.keys,
    ];
    await after("CI deploy", "r");
    await shows("nina@example.com");
    const reads = () =>
      demonstration.calls.filter(({ procedure }) => procedure === "users.list").length;
    expect(reads()).toBe(2);
    await after("user_01kdemo", "r");
    await after("Hers", "S");
    await shows("oldest first");
    expect(reads()).toBe(2);
  });

  test("ids stand where the users can't be read", async () => {
    const demonstration = everybodys();
    demonstration.before = async ({ procedure }) => {
      if (procedure === "users.list")
        throw new LocalFailure({ code: "FORBIDDEN", why: { kind: "admin_only" } });
    };
    const { after, shows } = startOnScreen(120, 40, demonstration);
    await after("o all", "o");
    await shows(demoMara.id.slice(0, 20));
  });
});

describe("for a member", () => {
  test("o does nothing, is no hint, and the users are never asked for", async () => {
    const demonstration = everybodys();
    demonstration.principal = { ...demonstration.principal, kind: "session", role: "member" };
    const { after, shows, terminal } = startOnScreen(120, 40, demonstration);
    await after("ops@example.com", "oo");
    terminal.type("S");
    const lines = await shows("oldest first");
    expect(lines.join("\n")).toContain("1 key · mine");
    expect(lines.at(-1)).not.toMatch(/o (all|mine)/);
    expect(demonstration.calls.map(({ procedure }) => procedure)).not.toContain("users.list");
  });
});
