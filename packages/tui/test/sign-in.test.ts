import { LocalFailure } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration, overHttp } from "@latchkey/testing/demonstration/demonstration";
import {
  DEMONSTRATION_PASSWORD,
  demoKey,
  demoMara,
  everybodysKeys,
} from "@latchkey/testing/demonstration/examples";
import { lineWith, startOnScreen } from "./harness.ts";

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
] as const;

const server = (lastEmail = "ops@example.com") => overHttp(createDemonstration(), lastEmail);

describe.each(SIZES)("signing in at %i×%i", (columns, rows) => {
  test("names the server, moves on by Enter, and never shows the password", async () => {
    const { after, shows, terminal } = startOnScreen(columns, rows, server(""));
    await after("Sign in to keys.example.com.", "ops@example.com\r");
    await after("ops@example.com", DEMONSTRATION_PASSWORD);
    await shows("•".repeat(DEMONSTRATION_PASSWORD.length));
    terminal.type("\r");
    await shows("▌ CI deploy");
    await terminal.until("the person", (now) => /ops@example\.com · .*live$/.test(now[0] ?? ""));
    expect(terminal.written()).not.toContain(DEMONSTRATION_PASSWORD);
  });

  test("keeps the email and empties the password after a wrong one", async () => {
    const { after, shows } = startOnScreen(columns, rows, server());
    await after("Password", "a wrong one\r");
    const lines = await shows("Email and password don't match. Try again.");
    expect(lines.join("\n")).toContain("ops@example.com");
    expect(lines.join("\n")).not.toContain("•");
    expect(lines.join("\n")).toContain("Sign in");
  });

  test("lies over a form when the session ends, whole and inside the window", async () => {
    const demonstration = server();
    const { after, shows, terminal } = startOnScreen(columns, rows, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await after("▌ CI deploy", "nRelease robot");
    await shows("Release robot▏");
    demonstration.signedIn = false;
    terminal.type("\u0013");
    const dialog = (await shows("Your session has ended. Sign in again.")).join("\n");
    for (const part of ["╭", "╮", "╰", "╯", "Email", "Password", "Quit", "Sign in"]) {
      expect(dialog).toContain(part);
    }
    terminal.type(`${DEMONSTRATION_PASSWORD}\r`);
    const back = await shows("Release robot▏");
    expect(back.join("\n")).toContain("Nothing changed: your session had ended. Try");
    terminal.type("\u0013");
    await shows("Copy it now");
  });
});

test.each(SIZES)(
  "a page that can't be read tells no key while a password is asked for, at %i×%i",
  async (columns, rows) => {
    const demonstration = server();
    const { after, shows, terminal } = startOnScreen(columns, rows, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await after("▌ CI deploy", ",p");
    await shows("Sessions");
    demonstration.signedIn = false;
    terminal.type("r");
    const lines = await shows("Your session has ended. Sign in again.");
    expect(lines.join("\n")).not.toMatch(/try again|had ended/);
  },
);

describe("the form for signing in", () => {
  test("takes letters as letters, and quits by q where a button has the focus", async () => {
    const { after, shows, exit, terminal } = startOnScreen(80, 24, server(""));
    await after("Email", "q?o@example.com");
    await shows("q?o@example.com▏");
    terminal.type("\t\tq");
    await expect(exit).resolves.toBe(0);
  });

  test("leaves by escape twice, not once", async () => {
    const { after, shows, exit, terminal } = startOnScreen(80, 24, server());
    await after("Password", "\u001B");
    await shows("▌Quit▐");
    terminal.type("\u001B");
    await expect(exit).resolves.toBe(0);
  });

  test("says how long to wait, and keeps the password for then", async () => {
    const demonstration = server();
    demonstration.before = async ({ procedure }) => {
      if (procedure === "auth.login") {
        throw new LocalFailure({ code: "RATE_LIMITED", retryAfterSeconds: 30 });
      }
    };
    const { after, shows, terminal } = startOnScreen(60, 16, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await shows("Too many attempts. Try again in 30 s.");
    demonstration.before = () => {};
    terminal.type("\r");
    await shows("▌ CI deploy");
  });

  test("says that the server can't be reached, and Enter tries again", async () => {
    const demonstration = server();
    demonstration.before = ({ procedure }) => {
      if (procedure === "auth.login") throw new Error("the line is dead");
    };
    const { after, shows, terminal } = startOnScreen(60, 16, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await shows("The server can't be reached. Press enter to try again.");
    demonstration.before = () => {};
    terminal.type("\r");
    await shows("▌ CI deploy");
  });

  test("comes by itself when the session ends, and leads back to the same row", async () => {
    const demonstration = server();
    const { after, shows, terminal } = startOnScreen(80, 24, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await after("▌ CI deploy", "j");
    await shows("▌ Warehouse sync");
    demonstration.endSession();
    await shows("Your session has ended.");
    demonstration.keys = [demoKey({ title: "Made meanwhile" }), ...demonstration.keys];
    terminal.type(`${DEMONSTRATION_PASSWORD}\r`);
    const lines = await shows("Made meanwhile");
    expect(lineWith(lines, "Warehouse sync")).toContain("▌");
  });

  test("starts from a fresh list for somebody else, who sees nothing of the former", async () => {
    const demonstration = overHttp(createDemonstration(everybodysKeys()), "ops@example.com");
    const { after, shows, terminal } = startOnScreen(80, 24, demonstration);
    await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await after("▌ CI deploy", "\r");
    await shows("History");
    demonstration.endSession();
    await shows("Your session has ended.");
    demonstration.principal = { ...demonstration.principal, role: "member" };
    terminal.type(`\u001B[Z\u0015${demoMara.email}\r${DEMONSTRATION_PASSWORD}\r`);
    const lines = await shows("▌ Warehouse sync");
    expect(lines.join("\n")).not.toContain("CI deploy");
    expect(lines[0]).toContain(demoMara.email);
  });

  test("is not there where nobody signs in: the list says what happened", async () => {
    const demonstration = createDemonstration();
    demonstration.signedIn = false;
    const { shows } = startOnScreen(80, 24, demonstration);
    await shows("Not signed in, or the credential is no longer good. Sign in again.");
  });
});
