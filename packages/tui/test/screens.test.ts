import type { ApiKey } from "@latchkey/client";
import { afterEach, describe, expect, test } from "vitest";
import {
  createDemonstration,
  type Demonstration,
} from "@latchkey/testing/demonstration/demonstration";
import {
  DEMONSTRATION_NOW,
  DEMONSTRATION_TOKEN,
  demoKey,
  demoMara,
  eventOf,
} from "@latchkey/testing/demonstration/examples";
import {
  createVirtualTerminal,
  type VirtualTerminal,
} from "@latchkey/testing/terminal/virtual-terminal";
import type { Connection } from "../src/connection/connection.ts";
import { runTerminal } from "../src/app/terminal.tsx";
import { columnOf } from "./harness.ts";

type Running = {
  readonly terminal: VirtualTerminal;
  readonly demonstration: Demonstration;
  readonly exit: Promise<number>;
  /** Types, once the screen shows a text. */
  readonly after: (seen: string, typed: string) => Promise<void>;
  readonly shows: (text: string) => Promise<string[]>;
};

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
] as const;

const running: Running[] = [];

function start(
  columns: number,
  rows: number,
  {
    demonstration = createDemonstration(),
    connect = async (): Promise<Connection> => demonstration.connection,
    env = {},
  } = {},
): Running {
  const terminal = createVirtualTerminal(columns, rows);
  const exit = runTerminal({
    connect,
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    env: { TERM: "xterm-256color", ...env },
    onDefect: (defect) => expect.unreachable(String(defect)),
    now: () => DEMONSTRATION_NOW,
  });
  const shows = (text: string) =>
    terminal.until(text, (lines) => lines.some((line) => line.includes(text)));
  const after = async (seen: string, typed: string): Promise<void> => {
    await shows(seen);
    terminal.type(typed);
  };
  const started = { terminal, demonstration, exit, shows, after };
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const { terminal, exit } of running.splice(0)) {
    terminal.type("\u0003\u0003");
    await exit;
  }
});

const lineWith = (lines: readonly string[], text: string): string =>
  lines.find((line) => line.includes(text)) ?? "";

const wideTitles = [
  "plain",
  "日本語のキー",
  "👩\u200D👩\u200D👧 family ✔\uFE0F",
  "Ünïcödé e\u0301",
  "🔑 key 🇩🇪",
];

const joinedTitles = [
  "می\u200Cخواهم",
  "क\u094D\u200Dष क\u094Dष क\u094D\u200Cष",
  "ශ\u0DCA\u200Dර ලක",
  "👩🏽\u200D🚀 👍🏽 1\uFE0F\u20E3",
];

function titled(titles: readonly string[]): Demonstration {
  return createDemonstration(
    titles.map((title, index) =>
      demoKey({ title, id: `key_${index}`, redacted: `sk_abc${index}…wxyz` }),
    ),
  );
}

describe.each(SIZES)("the list at %i×%i", (columns, rows) => {
  test.each([
    ["wide letters and emoji", wideTitles, "Ünïcödé"],
    ["letters and emoji that are joined", joinedTitles, "خواهم"],
  ])("keeps its columns under %s", async (_, titles, seen) => {
    const { terminal, shows } = start(columns, rows, { demonstration: titled(titles) });
    const lines = await shows(seen);
    const head = lines.findIndex((line) => line.includes("TITLE"));
    const status = columnOf(terminal, head, "STATUS");
    expect(status).toBeGreaterThan(0);
    for (const index of titles.keys()) {
      expect(columnOf(terminal, head + 1 + index, "● active")).toBe(status);
    }
  });

  test("shows what there is room for: TOKEN goes first, then LAST USED", async () => {
    const { shows } = start(columns, rows);
    const head = lineWith(await shows("CI deploy"), "TITLE");
    expect(head.includes("TOKEN")).toBe(columns >= 80);
    expect(head.includes("LAST USED")).toBe(columns >= 80);
    expect(head).toContain("STATUS");
    expect(head).toContain("CREATED");
  });

  test("says who works here, whether it is live, what can be pressed and how many there are", async () => {
    const { shows, terminal } = start(columns, rows);
    await shows("CI deploy");
    await terminal.until("the person", (now) => /ops@example\.com · .*live$/.test(now[0] ?? ""));
    const lines = terminal.lines();
    expect(lines[0]).toMatch(/^ Latchkey › Secret API keys/);
    expect(lines.at(-1)).toMatch(/^ n new .*\? help .*1–5 of 5$/);
  });

  test("marks the row of the cursor by a glyph", async () => {
    const { terminal, after } = start(columns, rows);
    await after("▌ CI deploy", "jj");
    await terminal.until("two down", (lines) => lineWith(lines, "Nightly backup").includes("▌"));
    expect(terminal.lines().filter((line) => line.includes("▌"))).toHaveLength(1);
  });

  test("explains itself where there are no keys, and where none match", async () => {
    const empty = start(columns, rows, { demonstration: createDemonstration([]) });
    await empty.shows("No secret API keys yet.");
    await empty.shows("Press n to create one.");
    const { after, shows } = start(columns, rows);
    await after("CI deploy", "/zzz\r");
    await shows("No key matches.");
    await shows("“zzz”");
    await after("esc clears", "\u001B");
    await shows("▌ CI deploy");
  });
});

describe.each(SIZES)("a new key at %i×%i", (columns, rows) => {
  test("shows its token only when asked to, whole and alone on its line", async () => {
    const { terminal, after, shows } = start(columns, rows);
    await after("CI deploy", "nRelease robot\u0013");
    const masked = await shows("Copy it now");
    expect(lineWith(masked, "•").trim()).toBe(`sk_${"•".repeat(45)}Fake`);
    expect(terminal.written()).not.toContain(DEMONSTRATION_TOKEN);
    terminal.type("s");
    const shown = await shows(DEMONSTRATION_TOKEN);
    expect(lineWith(shown, DEMONSTRATION_TOKEN).trim()).toBe(DEMONSTRATION_TOKEN);
    terminal.type("s");
    await shows("••••");
    terminal.type("\r");
    await shows("History");
    expect(terminal.lines().join("\n")).not.toContain(DEMONSTRATION_TOKEN);
  });

  test("asks with the focus on going back, where its token would be lost", async () => {
    const { after, shows } = start(columns, rows);
    await after("CI deploy", "nRelease robot\r");
    await after("Copy it now", "\r");
    const lines = await shows("Leave without the token?");
    expect(lineWith(lines, "▐")).toContain("▌Back to the token▐");
  });

  test("has its form keep what was typed beside what the server says", async () => {
    const demonstration = createDemonstration();
    demonstration.before = ({ procedure }) => {
      if (procedure === "keys.create") throw new Error("the connection broke");
    };
    const { after, shows } = start(columns, rows, { demonstration });
    await after("CI deploy", "nRelease robot\u0013");
    const lines = await shows("The connection was lost");
    expect(lineWith(lines, "Release robot▏")).not.toBe("");
    expect(lines.join("\n")).toContain("Save");
  });
});

describe.each(SIZES)("a revocation at %i×%i", (columns, rows) => {
  test("names the key, and has Cancel focused", async () => {
    const { after, shows, demonstration } = start(columns, rows);
    await after("CI deploy", "x");
    const lines = await shows("Revoke CI deploy?");
    expect(lineWith(lines, "▐")).toMatch(/▌Cancel▐\s+Revoke API key/);
    await after("stops working at once", "\r");
    await shows("▌ CI deploy");
    expect(demonstration.calls.map(({ procedure }) => procedure)).not.toContain("keys.revoke");
  });

  test("stays inside the window, with every border and all of its choices", async () => {
    const { after, shows } = start(columns, rows);
    await after("CI deploy", "jx");
    const lines = await shows("Revoke Warehouse sync?");
    const dialog = lines.join("\n");
    for (const part of ["╭", "╮", "╰", "╯", "now", "in 1 hour", "in 7 days", "not at all"]) {
      expect(dialog).toContain(part);
    }
  });

  test("says that it is under way and hears no second Enter", async () => {
    const demonstration = createDemonstration();
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    demonstration.before = ({ procedure }) => (procedure === "keys.revoke" ? held : undefined);
    const { after, shows } = start(columns, rows, { demonstration });
    await after("CI deploy", "x\t\r\r\r");
    await shows("Revoking…");
    answer();
    await shows("CI deploy is revoked.");
    const revocations = demonstration.calls.filter(({ procedure }) => procedure === "keys.revoke");
    expect(revocations).toHaveLength(1);
  });
});

describe("the edit drawer", () => {
  const edge = async (columns: number, rows: number) => {
    const { after, shows, terminal } = start(columns, rows);
    await after("▌ CI deploy", "e");
    const lines = await shows("Edit secret API key");
    return { lines, column: columnOf(terminal, 5, "│") };
  };

  test("hangs on the right, 44 columns wide over the full height, with the list beside it", async () => {
    for (const [columns, rows] of [SIZES[1], SIZES[2]]) {
      const { lines, column } = await edge(columns, rows);
      expect(column).toBe(columns - 44);
      expect(lines.every((line) => line.includes("│"))).toBe(true);
      expect(lines.some((line) => line.includes("▌ CI deploy"))).toBe(true);
    }
  });

  test("takes the whole screen where there is no room beside it", async () => {
    const { lines } = await edge(60, 16);
    expect(lines.join("\n")).not.toContain("Warehouse sync");
    expect(lines.join("\n")).toContain("esc cancel");
  });
});

describe("the detail page", () => {
  test.each(SIZES)(
    "tells everything about the key at %i×%i, if need be by scrolling",
    async (columns, rows) => {
      const { after, shows, terminal } = start(columns, rows);
      await after("▌ CI deploy", "\r");
      const first = await shows("Scopes");
      expect(first[2]).toMatch(/^ {3}CI deploy .*● active$/);
      terminal.type("G");
      await shows("created");
    },
  );

  test("shows the key as JSON, without a secret", async () => {
    const { after, shows } = start(80, 40);
    await after("▌ CI deploy", "\r");
    await after("History", "v");
    const lines = await shows('"redacted": "sk_4fQa…9Zx1"');
    expect(lines.join("\n")).not.toMatch(/digest|"token"/);
  });

  test("offers only what can be done with the key", async () => {
    const { after, shows, terminal } = start(80, 24);
    await after("▌ CI deploy", "G\r");
    await shows("○ revoked");
    await terminal.until("its hints", (lines) => lines.at(-1)?.includes("X delete") ?? false);
    expect(terminal.lines().at(-1)).not.toMatch(/x revoke|t rotate/);
  });
});

describe("whatever comes from the server", () => {
  test("is drawn as text: no sequence of it reaches the terminal", async () => {
    const title = "evil\u001B[2J\u001B]52;c;ZXZpbA==\u0007\u202E\u009B31m";
    const demonstration = createDemonstration([demoKey({ title })]);
    const { after, shows, terminal } = start(120, 40, { demonstration });
    await shows("evil\\u{1B}[2J");
    for (const keys of ["\r", "v", "\u001B", "x"]) {
      terminal.type(keys);
      await after("evil", "");
    }
    expect(terminal.written()).not.toContain("\u001B[2J\u001B]52");
    expect(terminal.written()).not.toContain("ZXZpbA==\u0007");
    expect(terminal.written()).not.toContain("\u202E");
    expect(terminal.written()).not.toContain("\u009B");
  });
});

describe("the clipboard", () => {
  const sequence = `\u001B]52;c;${Buffer.from(DEMONSTRATION_TOKEN).toString("base64")}\u0007`;
  const copied = async (env: NodeJS.ProcessEnv) => {
    const { after, shows, terminal } = start(80, 24, { env });
    await after("CI deploy", "nRelease robot\u0013");
    await after("Copy it now", "c");
    await shows("Sent to your terminal's clipboard.");
    return terminal.written();
  };

  test("gets the token by OSC 52, and no success is claimed", async () => {
    const written = await copied({});
    expect(written).toContain(sequence);
    expect(written).not.toContain("Ptmux");
  });

  test("gets it through tmux too", async () => {
    const written = await copied({ TERM: "tmux-256color" });
    expect(written).toContain(sequence);
    expect(written).toContain(`\u001BPtmux;\u001B${sequence}\u001B\\`);
  });
});

describe("opening", () => {
  test("paints before there is a connection", async () => {
    let open: (connection: Connection) => void = () => {};
    const connecting = new Promise<Connection>((resolve) => {
      open = resolve;
    });
    const { shows, demonstration } = start(80, 24, { connect: () => connecting });
    await shows("Opening…");
    open(demonstration.connection);
    await shows("▌ CI deploy");
  });

  test("says why it failed, tries again with r, and leaves with q by 3", async () => {
    let attempts = 0;
    const { after, exit } = start(80, 24, {
      connect: async () => {
        attempts += 1;
        throw new Error(`Another program holds the data folder (${attempts}).`);
      },
    });
    await after("holds the data folder (1).", "r");
    await after("holds the data folder (2).", "q");
    await expect(exit).resolves.toBe(3);
  });

  test("closes the connection on the way out, also one that came too late", async () => {
    const usual = start(80, 24);
    await usual.after("CI deploy", "q");
    await expect(usual.exit).resolves.toBe(0);
    expect(usual.demonstration.closed).toBe(true);

    let open: (connection: Connection) => void = () => {};
    const late = start(80, 24, {
      connect: () =>
        new Promise<Connection>((resolve) => {
          open = resolve;
        }),
    });
    await late.after("Opening…", "q");
    open(late.demonstration.connection);
    await expect(late.exit).resolves.toBe(0);
    expect(late.demonstration.closed).toBe(true);
  });
});

describe("the window", () => {
  test("says what it needs where it is too small, and goes on where it was", async () => {
    const { after, shows, terminal } = start(80, 24);
    await after("▌ CI deploy", "j");
    await shows("▌ Warehouse sync");
    terminal.resize(59, 16);
    await shows("Latchkey needs 60×16.");
    terminal.resize(100, 30);
    await shows("▌ Warehouse sync");
  });

  test("leaves nothing behind when it shrinks", async () => {
    const { shows, terminal } = start(120, 40);
    await shows("▌ CI deploy");
    terminal.resize(60, 16);
    const once = (lines: readonly string[], text: string): boolean =>
      lines.filter((line) => line.includes(text)).length === 1;
    await terminal.until("the narrow list, once", (lines) => {
      const narrow = !lineWith(lines, "TITLE").includes("TOKEN");
      const whole =
        once(lines, "Latchkey ›") && once(lines, "CI deploy") && once(lines, "1–5 of 5");
      return narrow && whole && /^ n new .* of 5$/.test(lines[15] ?? "");
    });
  });

  test("tells since when the connection is lost", async () => {
    const { shows, demonstration } = start(60, 16);
    await shows("· live");
    demonstration.cut();
    await shows("reconnecting since 14:03");
    demonstration.reconnect();
    await shows("· live");
  });

  test("works without any colour", async () => {
    const { shows, terminal } = start(80, 24, { env: { NO_COLOR: "1" } });
    const lines = await shows("▌ CI deploy");
    expect(lineWith(lines, "Old laptop")).toContain("○ revoked");
    for (let row = 0; row < 24; row += 1) {
      expect(terminal.cells(row).every(({ foreground }) => foreground === null)).toBe(true);
    }
  });
});

describe("somebody else's change", () => {
  test("appears by itself, the cursor staying on its key", async () => {
    const { demonstration, after, shows, terminal } = start(80, 24);
    await after("▌ CI deploy", "j");
    await shows("▌ Warehouse sync");
    const key = demoKey({ title: "From elsewhere" });
    demonstration.keys = [key, ...demonstration.keys];
    demonstration.happen(eventOf(99, "key.created", key));
    const lines = await shows("From elsewhere");
    expect(lineWith(lines, "Warehouse sync")).toContain("▌");
    expect(terminal.lines().at(-1)).toContain("1–6 of 6");
  });

  test.each([
    ["x", "stops working at once", ["▌Close▐"]],
    ["a", "Copy redacted token", ["▌Close▐"]],
    ["e!", "CI deploy!", ["CI deploy!", "▌Close▐"]],
    ["\r", "Owner", ["✕ deleted"]],
  ])("that deletes the key of what %j opened is told there", async (typed, opened, observer) => {
    const { demonstration, after, shows } = start(60, 16);
    await after("· live", typed);
    await shows(opened);
    const [key, ...others] = demonstration.keys as [ApiKey, ...ApiKey[]];
    demonstration.keys = others;
    const event = eventOf(99, "key.deleted", key);
    demonstration.happen({ ...event, actor: { ...event.actor, userId: demoMara.id } });
    for (const text of ["Deleted by mara@example.com just now.", ...observer]) await shows(text);
  });
});
