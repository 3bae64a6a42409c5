import { Box } from "ink";
import { createContext, type ReactNode, use } from "react";
import { escape } from "../format/escape.ts";
import { truncate, width } from "../format/width.ts";
import type { Hint } from "../kit/keymap.ts";
import type { Notice } from "../kit/screen.ts";
import { NAVIGATION_CELLS } from "../kit/roots.ts";
import { type Navigation, NavigationColumn } from "./navigation.tsx";
import { HintLine } from "./hint-line.tsx";
import { useNews } from "./news.tsx";
import { BehindContext, Toned } from "./tone.tsx";

/** What every page shows alike: who is signed in, the connection, the notice. */
export type Layout = {
  /** The columns of the content, beside the navigation. */
  readonly columns: number;
  readonly rows: number;
  /** On the left of pages, if there is room for it. */
  readonly navigation: Navigation | null;
  readonly now: Date;
  readonly person: string;
  /** The name of the installation; "" before it is known. */
  readonly place: string;
  /** The state of the connection, for people; "" if there is nothing to show. */
  readonly status: string;
  readonly isWell: boolean;
  readonly notice: Notice | null;
  /** Another layer is above, which gets the keys. */
  readonly covered: boolean;
  /** The keys of the top layer. */
  readonly hints: readonly Hint[];
};

export const LayoutContext = createContext<Layout | null>(null);

export function useLayout(): Layout {
  const layout = use(LayoutContext);
  if (layout === null) throw new Error("drawn outside of the application");
  return layout;
}

type Props = {
  /** From the root to here, e.g. `["Latchkey", "Secret API keys"]`. */
  readonly path: readonly string[];
  /** Its last part is user text: the path looks the same, however long it is. */
  readonly named?: boolean;
  /** In the place of the notice, unless there is one. */
  readonly failure?: string | null;
  /** Bottom right: how many. */
  readonly count?: string;
  readonly children: ReactNode;
};

/** Path and user; the content; the notice; the keys, and the count. */
export function Page({ path, named = false, failure = null, count = "", children }: Props) {
  const { columns, rows, navigation, notice, covered, hints } = useLayout();
  const whole = wholeColumns(useLayout());
  const { news } = useNews();
  const message: Notice | null =
    notice ??
    (news === null ? null : { tone: "info", text: news }) ??
    // Its keys, like "r to try again", don't work while another layer gets them.
    (failure === null || covered ? null : { tone: "error", text: failure });
  return (
    <Box width={whole} height={rows} flexDirection="column" overflow="hidden">
      <Header path={path} named={named} />
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
        <HintLine hints={hints} columns={whole} count={count} />
      </BehindContext>
    </Box>
  );
}

function wholeColumns({ columns, navigation }: Layout): number {
  return columns + (navigation === null ? 0 : NAVIGATION_CELLS);
}

/** From here on there is room for the name of the installation. */
const PLACE_FROM = 100;
/** This much of the path always stays. */
const ENOUGH_OF_LAST = 16;
/** Of a name, which its page shows in full, this much is enough. */
const LEAST_OF_NAME = 8;

function Header({ path, named }: Required<Pick<Props, "path" | "named">>) {
  const { person, place, status, isWell } = useLayout();
  const columns = wholeColumns(useLayout());
  const inner = columns - 2;
  const parts = [person, columns >= PLACE_FROM ? place : ""].filter((part) => part !== "");
  // Before there is a word on the connection, nothing is set off from it.
  const isSetOff = parts.length > 0 && status !== "";
  const between = isSetOff ? (status.trim() === "" ? "   " : " · ") : "";
  const who = truncate(parts.join(" · ") + between, Math.max(0, Math.floor(inner / 2) - 4));
  const head = path.slice(0, -1).map((part) => `${part} › `);
  const last = path.at(-1) ?? "";
  const roomBeside = (right: string): number => inner - width(right + status) - 3;
  // The path and the connection matter more than the user.
  const wanted = named ? ENOUGH_OF_LAST : Math.min(width(last), ENOUGH_OF_LAST);
  const shown = wanted <= roomBeside(who) ? who : "";
  const room = roomBeside(shown);
  const leading = fitsLeading(head, { wanted, least: named ? LEAST_OF_NAME : wanted }, room);
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

/** The path, without its start if it is too long; the last part matters most. */
function fitsLeading(
  head: readonly string[],
  { wanted, least }: { readonly wanted: number; readonly least: number },
  room: number,
): string {
  const ways = head.map((_, from) => `${from === 0 ? "" : "… › "}${head.slice(from).join("")}`);
  const whole = ways.find((way) => width(way) + wanted <= room);
  const nearest = ways.at(-1) ?? "";
  return whole ?? (width(nearest) + least <= room ? nearest : "");
}

/** The name of a key as a part of the way to a page. */
export function pathTo(title: string): readonly string[] {
  return ["Latchkey", "Secret API keys", escape(title)];
}
