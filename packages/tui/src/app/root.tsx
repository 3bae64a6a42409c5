import { Box, useApp, useInput, usePaste } from "ink";
import { Component, type ReactNode, useSyncExternalStore } from "react";
import { SurroundingsContext } from "../components/page.tsx";
import { ThemeContext, Toned } from "../components/tone.tsx";
import { escape } from "../format/escape.ts";
import { truncate } from "../format/width.ts";
import { refusalOf } from "../key-command.ts";
import { type Hint, hintsOf } from "../keymap.ts";
import { OpeningView } from "../screens/opening/view.tsx";
import type { Theme } from "../theme.ts";
import { pressesOf, pressOfPaste } from "./input.ts";
import { LayerView } from "./layer-view.tsx";
import { keyContextOf, placement } from "./layers.ts";
import { contextOf, type State, topLayer } from "./state.ts";
import type { Store } from "./store.ts";

export const LEAST_COLUMNS = 60;
export const LEAST_ROWS = 16;

type Props = {
  readonly store: Store;
  readonly theme: Theme;
  /** Hands over the way to put the terminal aside, which only Ink knows. */
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>["suspendTerminal"]) => void;
};

/** The one listener to keys, and the drawing of whatever the store holds. */
export function Root({ store, theme, onReady }: Props) {
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
      <Box width="100%" height={rows} overflow="hidden" flexDirection="column">
        {tooSmall ? <TooSmall columns={columns} /> : <Screen state={state} />}
      </Box>
    </ThemeContext>
  );
}

function TooSmall({ columns }: { readonly columns: number }) {
  const text = `Latchkey needs ${LEAST_COLUMNS}×${LEAST_ROWS}. Make this window larger.`;
  return <Toned>{truncate(text, columns)}</Toned>;
}

function Screen({ state }: { readonly state: State }) {
  const { columns, rows, now, notice, connection, principal } = state;
  if (state.phase.kind !== "open") return <Opening state={state} />;
  const person = principal === null ? "" : escape(principal.email);
  const hints = hintsFor(state);
  const surroundings = { columns, rows, now, person, connection, notice, hints };
  const from = state.layers.findLastIndex(({ state: layer }) => placement[layer.kind] === "page");
  return (
    <SurroundingsContext value={surroundings}>
      {state.layers.slice(from).map(({ number, state: layer }) => (
        <Guard key={number} of={layer}>
          <LayerView layer={layer} context={contextOf(state)} />
        </Guard>
      ))}
    </SurroundingsContext>
  );
}

function Opening({ state }: { readonly state: State }) {
  const { phase, columns, rows, now, connection } = state;
  const failed = phase.kind === "failed";
  const hints = failed ? hintsOf("failed") : [{ command: "quit", key: "q", word: "quit" }];
  const surroundings = { columns, rows, now, person: "", connection, notice: null, hints };
  return (
    <SurroundingsContext value={surroundings}>
      <OpeningView message={phase.kind === "failed" ? phase.message : null} />
    </SurroundingsContext>
  );
}

/** The keys of the top layer; what can't be done with the key in sight is left out. */
function hintsFor(state: State): readonly Hint[] {
  const layer = topLayer(state).state;
  const hints = hintsOf(keyContextOf(layer));
  if (layer.kind === "created-key") {
    return hints.map((hint) =>
      hint.command === "toggle" && layer.shown ? { ...hint, word: "hide" } : hint,
    );
  }
  if (layer.kind !== "key-detail") return hints;
  return hints.filter(({ command }) => {
    if (command !== "rotate" && command !== "revoke" && command !== "delete") return true;
    return refusalOf(command, layer.key, state.now) === null;
  });
}

type GuardProps = { readonly of: unknown; readonly children: ReactNode };

/** A defect in drawing one layer leaves the others standing; its next state is tried again. */
class Guard extends Component<GuardProps, { readonly failedOn: unknown }> {
  override state = { failedOn: null as unknown };

  override componentDidCatch(): void {
    this.setState({ failedOn: this.props.of });
  }

  static getDerivedStateFromError(): null {
    return null;
  }

  override render(): ReactNode {
    if (this.state.failedOn !== null && this.state.failedOn === this.props.of) {
      return <Toned tone="danger"> This screen can't be drawn. Press esc to go back.</Toned>;
    }
    return this.props.children;
  }
}
