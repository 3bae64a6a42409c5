import type { ApiKey, KeyPage } from "@latchkey/server/client";
import { clock } from "../../format/time.ts";
import { totalText } from "../../format/total.ts";
import { truncate } from "../../format/width.ts";
import type { AnswerScreen, Console } from "../console.ts";
import type { Emails } from "../emails.ts";
import { type Paper, paperFor } from "../paper.ts";
import { keyTable } from "./key-text.ts";
import type { ListOptions } from "./list-keys.ts";

/** Where pages go while they are watched. */
type WatchView = {
  readonly show: (page: KeyPage) => void;
  readonly lost: (since: Date) => void;
  readonly close: () => void;
};

export function watchView(
  console: Console,
  options: ListOptions,
  owners: Emails | undefined,
): WatchView {
  const { screen, out } = console;
  const lost = (since: Date): void => {
    console.status?.(`The server can't be reached since ${clock(since)}.`);
  };
  if (options.json === true) {
    return { show: (page) => out(JSON.stringify(page)), lost, close: () => {} };
  }
  if (screen === null) {
    return { show: changedLines(out, paperFor(console, options), owners), lost, close: () => {} };
  }
  return tableOn(screen, (page) => {
    const paper = paperFor(console, options);
    return page.items.length === 0 ? "No keys." : keyTable(page.items, paper, owners);
  });
}

/** A line for each key that is not as it was written last; one that left the page reads `gone`. */
function changedLines(
  out: (text: string) => void,
  paper: Paper,
  owners: Emails | undefined,
): (page: KeyPage) => void {
  let written = new Map<string, ApiKey>();
  return ({ items }) => {
    const now = new Map<string, ApiKey>(items.map((key) => [key.id, key]));
    const changed = items.filter(
      (key) => JSON.stringify(written.get(key.id)) !== JSON.stringify(key),
    );
    const gone = [...written.values()].filter(({ id }) => !now.has(id));
    if (changed.length > 0) out(keyTable(changed, paper, owners));
    if (gone.length > 0) out(keyTable(gone, { ...paper, status: () => "gone" }, owners));
    written = now;
  };
}

function howMany(page: KeyPage): string {
  const all = totalText(page);
  const some = page.items.length === page.total ? all : `${page.items.length} of ${all}`;
  return `${some} ${all === "1" ? "key" : "keys"}`;
}

const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const TO_LINE_END = "\u001B[K";
const TO_SCREEN_END = "\u001B[J";
/** `2 min ago` moves on by itself. */
const AGEING_MILLISECONDS = 30_000;

/** The whole screen, which comes back as it was. The last table stays there below. */
function tableOn(screen: AnswerScreen, textOf: (page: KeyPage) => string): WatchView {
  let page: KeyPage | null = null;
  let lostSince: Date | null = null;
  const draw = (): void => {
    const word = lostSince === null ? "live" : `not reachable since ${clock(lostSince)}`;
    const head = page === null ? "" : `${howMany(page)} · ${word} · Ctrl-C ends`;
    const lines = [head, "", ...(page === null ? ["Loading…"] : textOf(page).split("\n"))];
    const shown = lines.slice(0, screen.rows).map((line) => truncate(line, screen.columns));
    screen.write(HOME + shown.map((line) => line + TO_LINE_END).join("\r\n") + TO_SCREEN_END);
  };
  screen.write(ENTER);
  draw();
  const stopResizing = screen.onResize(draw);
  const ageing = setInterval(draw, AGEING_MILLISECONDS);
  return {
    show: (next) => {
      page = next;
      lostSince = null;
      draw();
    },
    lost: (since) => {
      lostSince = since;
      draw();
    },
    close: () => {
      stopResizing();
      clearInterval(ageing);
      screen.write(LEAVE);
      if (page !== null) screen.write(`${textOf(page)}\n`);
    },
  };
}
