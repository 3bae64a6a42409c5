import { Box } from "ink";
import { Page, pathTo, useSurroundings } from "../../components/page.tsx";
import { Status } from "../../components/status.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { readFailure } from "../../format/failure.ts";
import { fit, truncate, width } from "../../format/width.ts";
import type { Context } from "../../navigation.ts";
import { type DetailLine, isGone, type KeyDetailState } from "./detail.ts";
import { detailLines, detailRows, LABEL_CELLS } from "./lines.ts";

type Props = { readonly state: KeyDetailState; readonly context: Context };

export function KeyDetailView({ state, context }: Props) {
  const { columns, rows } = useSurroundings();
  const { key } = state;
  const lines = detailLines(state, context);
  const seen = detailRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - seen));
  const more =
    lines.length > seen
      ? `${scroll + 1}–${Math.min(lines.length, scroll + seen)} of ${lines.length} lines`
      : "";
  const whatCells = widestEvent(lines, columns);
  return (
    <Page
      path={pathTo(key.title)}
      failure={state.failure === null ? null : failureText(state)}
      count={more}
    >
      <Box height={1} flexShrink={0} paddingLeft={3} paddingRight={1} columnGap={3}>
        <Box flexGrow={1}>
          <Toned bold>{truncate(escape(key.title), columns - 4 - 30)}</Toned>
        </Box>
        {isGone(state) ? (
          <Toned tone="muted">✕ deleted</Toned>
        ) : (
          <Status apiKey={key} now={context.now} />
        )}
      </Box>
      <Box height={1} flexShrink={0} />
      {lines.slice(scroll, scroll + seen).map((line, index) => (
        <Line key={scroll + index} line={line} whatCells={whatCells} columns={columns} />
      ))}
    </Page>
  );
}

function failureText(state: KeyDetailState): string {
  if (isGone(state)) {
    return "This key was deleted meanwhile, or isn't yours to see anymore. esc goes back.";
  }
  return state.failure === null ? "" : readFailure(state.failure);
}

type LineProps = {
  readonly line: DetailLine;
  readonly whatCells: number;
  readonly columns: number;
};

function Line({ line, whatCells, columns }: LineProps) {
  return (
    <Box height={1} flexShrink={0} paddingLeft={3} paddingRight={1}>
      {lineContent(line, whatCells, columns)}
    </Box>
  );
}

function lineContent(line: DetailLine, whatCells: number, columns: number) {
  switch (line.kind) {
    case "fact":
      return (
        <>
          <Toned tone="muted">{fit(line.label, LABEL_CELLS)}</Toned>
          <Toned>{line.value}</Toned>
        </>
      );
    case "heading":
      return <Heading {...line} room={columns - 4} />;
    case "chart":
      return <Toned tone="accent">{line.text}</Toned>;
    case "event": {
      const room = columns - 4 - width(line.when) - whatCells - 3;
      return (
        <>
          <Toned tone="muted">{line.when}</Toned>
          <Toned>{fit(line.what, whatCells)}</Toned>
          {room >= 8 && <Toned tone="muted">{`   ${truncate(line.who, room)}`}</Toned>}
        </>
      );
    }
    case "note":
      return <Toned tone="muted">{line.text}</Toned>;
    case "gap":
      return null;
  }
}

type HeadingProps = { readonly text: string; readonly beside?: string; readonly room: number };

function Heading({ text, beside = "", room }: HeadingProps) {
  const gap = room - width(text);
  return (
    <>
      <Toned bold>{text}</Toned>
      <Toned tone="muted">{gap > 4 ? fit(truncate(beside, gap - 2), gap, "right") : ""}</Toned>
    </>
  );
}

/** The column of who did it begins right of the longest deed, but leaves room for itself. */
function widestEvent(lines: readonly DetailLine[], columns: number): number {
  const widest = lines.map((line) => (line.kind === "event" ? width(line.what) : 0));
  return Math.min(Math.max(0, ...widest), Math.max(16, columns - 4 - LABEL_CELLS - 3 - 20));
}
