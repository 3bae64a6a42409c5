import { Box, useApp, useInput, usePaste } from "ink";
import { Component, type ReactNode, useSyncExternalStore } from "react";
import { columnsBesideDrawer } from "../components/drawer.tsx";
import { NewsContext } from "../components/news.tsx";
import type { Navigation } from "../components/navigation.tsx";
import { LayoutContext } from "../components/page.tsx";
import { BehindContext, MarksContext, ThemeContext, Toned } from "../components/tone.tsx";
import { escape } from "../format/escape.ts";
import { truncate } from "../format/width.ts";
import { hintsOf, keyOf } from "../kit/keymap.ts";
import { NAVIGATION_CELLS, navigationCells, rootsFor } from "../kit/roots.ts";
import { OpeningView } from "../screens/opening/view.tsx";
import { SignInView } from "../screens/sign-in/view.tsx";
import { type Marks, unicodeMarks } from "../theme/marks.ts";
import type { Theme } from "../theme/tone.ts";
import { pressesOf, pressOfPaste } from "../kit/press.ts";
import { LayerView } from "./layer-view.tsx";
import { hintsFor } from "./hints.ts";
import { placement } from "./layers.ts";
import { linkText } from "./link.ts";
import { newsOn, overText } from "./over.ts";
import { contextOf, type State } from "./state.ts";
import type { Store } from "./store.ts";

const LEAST_COLUMNS = 60;
const LEAST_ROWS = 16;
const LIVE_CELLS = 4;

type OnDefect = (error: unknown) => void;

type Props = {
  readonly store: Store;
  readonly theme: Theme;
  readonly marks?: Marks;
  /** Receives the function that suspends the terminal, which only Ink has. */
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>["suspendTerminal"]) => void;
  /** Called with what the drawing of a screen threw. */
  readonly onDefect: OnDefect;
};

/** The one input listener, and the drawing of the store's state. */
export function Root({ store, theme, marks = unicodeMarks, onReady, onDefect }: Props) {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { suspendTerminal } = useApp();
  onReady(suspendTerminal);
  useInput((input, key) => {
    for (const press of pressesOf(input, key)) store.dispatch({ type: "pressed", press });
  });
  usePaste((text) => store.dispatch({ type: "pressed", press: pressOfPaste(text) }));
  const { columns, rows } = state;
  const tooSmall = columns < LEAST_COLUMNS || rows < LEAST_ROWS;
  return (
    <ThemeContext value={theme}>
      <MarksContext value={marks}>
        <Box width="100%" height={rows} overflow="hidden" flexDirection="column">
          {tooSmall ? <TooSmall columns={columns} /> : <Screen state={state} onDefect={onDefect} />}
        </Box>
      </MarksContext>
    </ThemeContext>
  );
}

function TooSmall({ columns }: { readonly columns: number }) {
  const text = `Latchkey needs ${LEAST_COLUMNS}×${LEAST_ROWS}. Make this window larger.`;
  return <Toned>{truncate(text, columns)}</Toned>;
}

type ScreenProps = { readonly state: State; readonly onDefect: OnDefect };

function Screen({ state, onDefect }: ScreenProps) {
  const { columns, rows, now, notice, principal } = state;
  if (state.phase.kind !== "open") return <Opening state={state} />;
  const person = principal === null ? "" : escape(principal.email);
  const hints = hintsFor(state);
  const place = escape(state.place);
  const { signingIn, link } = state;
  // Its room is reserved before there is a status, so that nothing shifts.
  const status = signingIn === null ? linkText(link, now).padEnd(LIVE_CELLS) : "";
  const connection = { status, isWell: link.kind !== "lost" && link.kind !== "refused" };
  const layout = { rows, now, person, place, ...connection, notice, hints, navigation: null };
  const signIn = signingIn !== null && (
    <LayoutContext key="sign-in" value={{ ...layout, columns, covered: false }}>
      <Guard of={signingIn} onDefect={onDefect}>
        <SignInView state={signingIn} />
      </Guard>
    </LayoutContext>
  );
  if (signingIn?.reason === "first") return signIn;
  const from = state.layers.findLastIndex(({ state: layer }) => placement[layer.kind] === "page");
  const shown = state.layers.slice(from);
  const drawer = shown.some(({ state: layer }) => placement[layer.kind] === "drawer");
  const navigation = navigationOf(state);
  const beside = drawer ? columnsBesideDrawer(columns) : columns;
  const page = {
    navigation,
    columns: navigation === null ? beside : beside - NAVIGATION_CELLS,
  };
  const layers = shown.map((entry, index) => {
    const { number, state: layer } = entry;
    const placed = placement[layer.kind] === "page" ? page : { navigation: null, columns };
    const behind =
      signingIn !== null ||
      shown.slice(index + 1).some(({ state: above }) => placement[above.kind] === "dialog");
    const covered = signingIn !== null || index < shown.length - 1;
    return (
      <LayoutContext key={number} value={{ ...layout, ...placed, covered }}>
        <BehindContext value={behind}>
          <Guard of={layer} onDefect={onDefect}>
            <NewsContext value={{ news: newsOn(entry, state), over: overText(entry, state) }}>
              <LayerView layer={layer} context={{ ...contextOf(state), columns: placed.columns }} />
            </NewsContext>
          </Guard>
        </BehindContext>
      </LayoutContext>
    );
  });
  return [...layers, signIn];
}

/** Not on the page of a new token: there the mouse must select nothing but the token on its line. */
function navigationOf(state: State): Navigation | null {
  const { layers, principal, jumping, columns } = state;
  const [root] = layers;
  const hidden = layers.some(({ state: layer }) => layer.kind === "created-key");
  if (navigationCells(columns) === 0 || hidden) return null;
  const places = rootsFor(principal).map(({ kind, title }) => ({
    title,
    key: keyOf("jump", kind),
    current: kind === root?.state.kind,
  }));
  return { places, jumping };
}

function Opening({ state }: { readonly state: State }) {
  const { phase, columns, rows, now } = state;
  const failed = phase.kind === "failed";
  const hints = failed ? hintsOf("failed") : [{ action: "quit", key: "q", word: "quit" }];
  const nobody = { person: "", place: "", notice: null, navigation: null, covered: false };
  const connection = { status: failed ? "offline" : "", isWell: !failed };
  const layout = { columns, rows, now, ...connection, hints, ...nobody };
  return (
    <LayoutContext value={layout}>
      <OpeningView message={phase.kind === "failed" ? phase.message : null} />
    </LayoutContext>
  );
}

type GuardProps = {
  readonly of: unknown;
  readonly onDefect: OnDefect;
  readonly children: ReactNode;
};

type GuardState = { readonly of: unknown; readonly failed: boolean };

/** A defect in drawing one layer leaves the others standing; its next state is tried again. */
class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = { of: this.props.of, failed: false };

  static getDerivedStateFromProps({ of }: GuardProps, state: GuardState): GuardState | null {
    return of === state.of ? null : { of, failed: false };
  }

  static getDerivedStateFromError(): Pick<GuardState, "failed"> {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onDefect(error);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Toned tone="danger"> This screen can't be drawn. Press esc to go back.</Toned>;
  }
}
