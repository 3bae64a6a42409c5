import { createClient } from "@latchkey/client";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { openScreen, type Screen } from "../screen.ts";
import { type SeededServer, seededServer } from "./seeded-server.ts";

// The built terminal in a pseudo-terminal of 120×40, before a server over HTTP: what a person at it waits for.

const FEW = 100;
const MANY = 1_000_000;
const STARTS = 9;
const ROUNDS = 30;
const PASTED = 200;
const DOWN = "\x1b[B";
const UP = "\x1b[A";
const CTRL_S = "\x13";
const ESCAPE = "\x1b";

export const terminal: Group = {
  name: "terminal",
  title: "the terminal at 120×40 over HTTP, of 100 keys and of 1,000,000",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const few = await seededServer(fixture, FEW);
  const many = await seededServer(fixture, MANY);
  const opened = await inTurn(fixture, STARTS, {
    few: () => timeToOpen(few),
    many: () => timeToOpen(many),
  });
  const [fewShown, manyShown] = [shownOf(few), shownOf(many)];
  for (const shown of [fewShown, manyShown]) fixture.atEnd(shown.quit);
  for (const shown of [fewShown, manyShown]) {
    await firstPage(shown);
    await shown.writes("live");
  }
  // Of a line only what is new behind its old beginning is written: no title begins like the one before.
  let change = 0;
  const title = (): string => ((change += 1) % 4 < 2 ? `First ${change}` : `Second ${change}`);
  const timed = await inTurn(fixture, ROUNDS, {
    fewChange: () => timeToSee(few, fewShown, title()),
    manyChange: () => timeToSee(many, manyShown, title()),
    few: () => timeToTurn(fewShown),
    many: () => timeToTurn(manyShown),
  });
  const arrows = await moves(fixture, manyShown);
  const lost = await keysLost(fixture, many, manyShown);

  const ms = { unit: "ms" } as const;
  const atMost = (limit: number) => [{ of: "value", atMost: limit }] as const;
  const alike = [{ of: "ratio", atMost: 1.5 }] as const;
  const open: Figure = { ...ms, what: "start to list, 100 keys", runs: opened.few };
  const page: Figure = { ...ms, what: "to another page and back, 100 keys", runs: timed.few };
  return [
    {
      ...ms,
      what: "a change made elsewhere, until drawn, 100 keys",
      runs: timed.fewChange,
      bars: atMost(150),
    },
    { ...ms, what: "the same, 1,000,000 keys", runs: timed.manyChange, bars: atMost(150) },
    open,
    { ...ms, what: "the same, 1,000,000 keys", runs: opened.many, against: open, bars: alike },
    page,
    { ...ms, what: "the same, 1,000,000 keys", runs: timed.many, against: page, bars: alike },
    {
      ...ms,
      what: "an arrow key, until the screen has changed",
      runs: arrows.times,
      bars: atMost(20),
    },
    { unit: "B", what: "written for it", runs: arrows.bytes, bars: atMost(450) },
    { unit: "keys", what: `lost of ${PASTED} in one chunk`, runs: [lost], bars: atMost(0) },
  ];
}

/** With all colours, which take the most bytes. */
function shownOf({ person }: SeededServer): Screen {
  return openScreen({ env: { ...person, COLORTERM: "truecolor" } });
}

function firstPage(shown: Screen, from = 0): Promise<number> {
  return shown.writes(/1–20 of/, from);
}

async function timeToOpen(server: SeededServer): Promise<number> {
  const shown = shownOf(server);
  const at = await firstPage(shown);
  await shown.quit();
  return at;
}

/** From the sending of the change to the row on the screen. */
async function timeToSee(
  { url, key }: SeededServer,
  shown: Screen,
  title: string,
): Promise<number> {
  const client = createClient({ url, token: key.token });
  await shown.isQuiet();
  const from = shown.written().length;
  const sent = shown.sinceStart();
  const seen = shown.writes(title, from);
  await client.keys.rename.mutate({ id: key.id, title });
  return (await seen) - sent;
}

/** To the second page and back, the mean of both. */
async function timeToTurn(shown: Screen): Promise<number> {
  const started = shown.sinceStart();
  const turn = (key: string, seen: RegExp): Promise<number> => {
    const from = shown.written().length;
    shown.type(key);
    return shown.writes(seen, from);
  };
  await turn("]", /21–\d+ of/);
  return ((await turn("[", /1–20 of/)) - started) / 2;
}

async function moves({ doing }: Fixture, shown: Screen) {
  const times: number[] = [];
  const bytes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    doing(`arrow ${round + 1} of ${ROUNDS}`);
    const from = shown.written().length;
    const typed = shown.sinceStart();
    shown.type(round % 2 === 0 ? DOWN : UP);
    times.push((await shown.writes("▌", from)) - typed);
    await shown.isQuiet();
    bytes.push(Buffer.byteLength(shown.written().slice(from)));
  }
  return { times, bytes };
}

/** Typed in one go into the title of a new key: how many of them its title lacks. */
async function keysLost({ doing }: Fixture, { url, key }: SeededServer, shown: Screen) {
  doing(`${PASTED} keys in one chunk`);
  const typed = async (keys: string, seen: string): Promise<void> => {
    const from = shown.written().length;
    shown.type(keys);
    await shown.writes(seen, from);
  };
  await typed("n", "Create secret API key");
  await typed("j".repeat(PASTED), "jjjj");
  await typed(CTRL_S, "This is the only time it is shown.");
  await typed(`s\r`, "History");
  shown.type(ESCAPE);
  const { items } = await createClient({ url, token: key.token }).keys.list.query({ limit: 1 });
  return PASTED - (items[0]?.title.length ?? 0);
}
