import { Box } from "ink";
import { createContext, type ReactNode, use } from "react";
import { escape } from "../format/escape.ts";
import { truncate, width } from "../format/width.ts";
import type { Hint } from "../keymap.ts";
import type { Notice } from "../navigation.ts";
import { NAVIGATION_CELLS } from "../roots.ts";
import { type Navigation, NavigationColumn } from "./navigation.tsx";
import { useNews } from "./news.tsx";
import { BehindContext, Toned } from "./tone.tsx";

/** What every page shows the same way: who works here, how the connection stands, the last word. */
export type Surroundings = {
  /** What there is for the content, beside the navigation. */
  readonly columns: number;
  readonly rows: number;
  /** Stands on the left of pages, where there is room for it. */
  readonly navigation: Navigation | null;
  readonly now: Date;
  readonly person: string;
  /** What is worked on; "" before that is known. */
  readonly place: string;
  /** How it stands with the server, for people; "" where there is nothing to say. */
  readonly status: string;
  readonly isWell: boolean;
  readonly notice: Notice | null;
  /** Another layer lies above, which hears the keys. */
  readonly covered: boolean;
  /** The keys of whatever is on top. */
  readonly hints: readonly Hint[];
};

export const SurroundingsContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const surroundings = use(SurroundingsContext);
  if (surroundings === null) throw new Error("drawn outside of the application");
  return surroundings;
}

type Props = {
  /** From the root to here, e.g. `["Latchkey", "Secret API keys"]`. */
  readonly path: readonly string[];
  /** Stands where the last word goes, unless there is one. */
  readonly failure?: string | null;
  /** Bottom right: how many. */
  readonly count?: string;
  readonly children: ReactNode;
};

/** Where am I, who am I; the content; what happened; what can I press, how many. */
export function Page({ path, failure = null, count = "", children }: Props) {
  const { columns, rows, navigation, notice, covered } = useSurroundings();
  const whole = wholeColumns(useSurroundings());
  const { news } = useNews();
  const message: Notice | null =
    notice ??
    (news === null ? null : { tone: "info", text: news }) ??
    // Its way out, like "r to try again", is no way while the keys go elsewhere.
    (failure === null || covered ? null : { tone: "error", text: failure });
  return (
    <Box width={whole} height={rows} flexDirection="column" overflow="hidden">
      <Header path={path} />
      <Box height={1} flexShrink={0} />
      <Box flexGrow={1} flexShrink={1} overflow="hidden">
        {navigation !== null && <NavigationColumn {...navigation} />}
        <Box width={columns} flexShrink={0} flexDirection="column" overflow="hidden">
          {children}
        </Box>
      </Box>
      <Box height={1} flexShrink={0} paddingLeft={whole - columns + 3} paddingRight={1}>
        {message !== null && (
          <Toned tone={message.tone === "error" ? "danger" : "good"}>
            {truncate(message.text, columns - 4)}
          </Toned>
        )}
      </Box>
      <BehindContext value={false}>
        <HintLine count={count} />
      </BehindContext>
    </Box>
  );
}

function wholeColumns({ columns, navigation }: Surroundings): number {
  return columns + (navigation === null ? 0 : NAVIGATION_CELLS);
}

/** From here on there is room to tell what is worked on. */
const PLACE_FROM = 100;
/** So much of where one is stays in any case. */
const ENOUGH_OF_LAST = 16;

function Header({ path }: { readonly path: readonly string[] }) {
  const { person, place, status, isWell } = useSurroundings();
  const columns = wholeColumns(useSurroundings());
  const inner = columns - 2;
  const parts = [person, columns >= PLACE_FROM ? place : ""].filter((part) => part !== "");
  // Before there is a word on the connection, nothing is set off from it.
  const isSetOff = parts.length > 0 && status !== "";
  const between = isSetOff ? (status.trim() === "" ? "   " : " · ") : "";
  const who = truncate(parts.join(" · ") + between, Math.max(0, Math.floor(inner / 2) - 4));
  const head = path.slice(0, -1).map((part) => `${part} › `);
  const last = path.at(-1) ?? "";
  const roomBeside = (right: string): number => inner - width(right + status) - 3;
  // Where one is and how it stands with the server matter more than who one is.
  const shown = Math.min(width(last), ENOUGH_OF_LAST) <= roomBeside(who) ? who : "";
  const room = roomBeside(shown);
  const leading = fitsLeading(head, last, room);
  return (
    <Box height={1} flexShrink={0} paddingX={1} justifyContent="space-between">
      <Box>
        <Toned tone="muted">{leading}</Toned>
        <Toned bold>{truncate(last, Math.max(8, room - width(leading)))}</Toned>
      </Box>
      <Box>
        <Toned tone="muted">{shown}</Toned>
        <Toned tone={isWell ? "muted" : "warning"}>{status}</Toned>
      </Box>
    </Box>
  );
}

/** The way to here, without its beginning where that is too long; the last part counts most. */
function fitsLeading(head: readonly string[], last: string, room: number): string {
  const enough = Math.min(width(last), ENOUGH_OF_LAST);
  for (let from = 0; from <= head.length; from += 1) {
    const rest = head.slice(from).join("");
    const text = from === 0 || from === head.length ? rest : `… › ${rest}`;
    if (width(text) + enough <= room) return text;
  }
  return "";
}

const HINT_GAPS = [3, 2] as const;
/** What is left beside a drawer: its keys are few, and all of them matter more than the count. */
const ALL_HINTS_BELOW = 60;

/**
 * As many hints as there is room for, from the left; the last one (help, cancel) stays as well. The count
 * gives way where not even those that stay would fit beside it.
 */
function HintLine({ count: wanted }: { readonly count: string }) {
  const { hints } = useSurroundings();
  const columns = wholeColumns(useSurroundings());
  const [wide, narrow] = HINT_GAPS;
  const roomBeside = (text: string): number =>
    columns - 2 - (text === "" ? 0 : width(text) + narrow);
  const must = columns < ALL_HINTS_BELOW ? hints : hints.filter(staysIn(hints));
  const least = must.reduce((sum, hint) => sum + hintCells(hint, narrow), -narrow);
  const count = least <= roomBeside(wanted) ? wanted : "";
  const room = roomBeside(count);
  const gap = hintsThatFit(hints, room, wide).length === hints.length ? wide : narrow;
  const shown = hintsThatFit(hints, room, gap);
  return (
    <Box height={1} flexShrink={0} paddingX={1} justifyContent="space-between">
      <Box columnGap={gap}>
        {shown.map(({ command, key, word }) => (
          <Box key={command} columnGap={1} flexShrink={0}>
            <Toned>{key}</Toned>
            <Toned tone="muted">{word}</Toned>
          </Box>
        ))}
      </Box>
      <Toned tone="muted">{count}</Toned>
    </Box>
  );
}

function hintsThatFit(hints: readonly Hint[], room: number, gap: number): readonly Hint[] {
  const stays = staysIn(hints);
  let left = hints.filter(stays).reduce((rest, hint) => rest - hintCells(hint, gap), room + gap);
  const shown = new Set<Hint>();
  for (const hint of hints.filter((other) => !stays(other))) {
    left -= hintCells(hint, gap);
    if (left < 0) break;
    shown.add(hint);
  }
  return hints.filter((hint) => stays(hint) || shown.has(hint));
}

function hintCells({ key, word }: Hint, gap: number): number {
  return width(key) + 1 + width(word) + gap;
}

function staysIn(hints: readonly Hint[]): (hint: Hint) => boolean {
  return (hint) => hint.stays === true || hint === hints.at(-1);
}

/** The name of a key as a part of the way to a page. */
export function pathTo(title: string): readonly string[] {
  return ["Latchkey", "Secret API keys", escape(title)];
}
