import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { render } from "ink";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createVirtualTerminal } from "@latchkey/testing/terminal/virtual-terminal";
import type { Message } from "../src/app/message.ts";
import type { Press } from "../src/kit/press.ts";
import { Root } from "../src/app/root.tsx";
import { firstState } from "../src/app/state.ts";
import { themeFor } from "../src/theme/theme.ts";

// What a terminal sends arrives in pieces of any size: several keys at once, or a part of one.

const KEYS: readonly (readonly [bytes: string, pressed: string])[] = [
  ["j", "j"],
  ["G", "G"],
  ["/", "/"],
  ["ö", "ö"],
  ["日", "日"],
  ["🚀", "🚀"],
  ["e\u0301", "e\u0301"],
  ["👩\u200D👧", "👩\u200D👧"],
  [" ", " "],
  ["\r", "<enter>"],
  ["\t", "<tab>"],
  ["\u001B[Z", "<shift-tab>"],
  ["\u007F", "<backspace>"],
  ["\u0013", "<ctrl-s>"],
  ["\u0001", "<ctrl-a>"],
  ["\u001B[A", "<up>"],
  ["\u001BOB", "<down>"],
  ["\u001B[5~", "<pageup>"],
  ["\u001B[6~", "<pagedown>"],
  ["\u001B[H", "<home>"],
  ["\u001B[4~", "<end>"],
  ["\u001B[3~", "<delete>"],
  ["\u001B[13;5u", "<ctrl-enter>"],
  ["\u001B[27u", "<escape>"],
  ["\u001B[200~two\rlines\u001B[201~", "two\rlines"],
  // What is no key of ours: focus reports, a position, F5.
  ["\u001B[I", ""],
  ["\u001B[12;40R", ""],
  ["\u001B[15~", ""],
];

const heard: Press[] = [];
let stdin: PassThrough;
let end: () => void;

/** As text fields and commands hear it; Enter counts as such wherever it stands. */
function observer(presses: readonly Press[]): string {
  return presses
    .map(({ name, text }) => (text === null || name === "enter" ? `<${name}>` : text))
    .join("");
}

beforeAll(() => {
  // An Escape that is held back for what may follow it is let go by the test, not by the clock.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const terminal = createVirtualTerminal(80, 24);
  stdin = terminal.stdin as unknown as PassThrough;
  const state = firstState(new Date(0), { columns: 80, rows: 24 });
  const store = {
    getState: () => state,
    subscribe: () => () => {},
    dispatch: (action: Message) => {
      if (action.type === "pressed") heard.push(action.press);
    },
  };
  const { unmount } = render(
    <Root store={store} theme={themeFor({})} onReady={() => {}} onDefect={() => {}} />,
    {
      stdin: terminal.stdin,
      stdout: terminal.stdout,
      exitOnCtrlC: false,
      interactive: true,
      patchConsole: false,
    },
  );
  end = unmount;
});
afterAll(() => {
  end();
  vi.useRealTimers();
});
beforeEach(() => {
  heard.length = 0;
});

async function send(chunks: readonly Uint8Array[]): Promise<string> {
  heard.length = 0;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    stdin.write(chunk);
    while (stdin.readableLength > 0) await setImmediate();
  }
  await vi.runOnlyPendingTimersAsync();
  return observer(heard);
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place <= bytes.length), bytes.length];
  const sorted = places.toSorted((a, b) => a - b);
  return sorted.slice(1).map((to, index) => bytes.slice(sorted[index], to));
}

describe("keys are the same however they arrive", () => {
  test.each(KEYS)("%j cut at every byte", async (bytes, pressed) => {
    const whole = Buffer.from(bytes);
    for (let at = 0; at <= whole.length; at += 1) {
      expect(await send(cut(whole, [at]))).toBe(pressed);
    }
    expect(await send(Array.from(whole, (byte) => Uint8Array.of(byte)))).toBe(pressed);
  });

  test("several of them, cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat({ max: 80 }), { maxLength: 6 }),
        async (keys, at) => {
          const bytes = Buffer.from(keys.map(([sent]) => sent).join(""));
          const pressed = keys.map(([, name]) => name).join("");
          expect(await send(cut(bytes, at))).toBe(pressed);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("200 at once", async () => {
    expect(await send([Buffer.from("j".repeat(200))])).toBe("j".repeat(200));
    const arrows = Buffer.from("\u001B[B".repeat(200));
    expect(await send([arrows])).toBe("<down>".repeat(200));
  });

  test("Escape by itself, and Escape before a letter", async () => {
    expect(await send([Buffer.from("\u001B")])).toBe("<escape>");
    expect(await send([Buffer.from("\u001Bq")])).toBe("<escape>q");
    expect(await send([Buffer.from("\u001B"), Buffer.from("\u001B[A")])).toBe("<escape><up>");
  });
});

test("whatever arrives, nothing breaks and text stays text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      await send([bytes]);
      await send([Buffer.from("\u001B[201~")]);
      expect(await send([Buffer.from("ok")])).toMatch(/ok$/);
    }),
    { numRuns: 300 },
  );
});
