import { Box } from "ink";
import { Page, pathTo, useLayout } from "../../components/page.tsx";
import { Status } from "../../components/status.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { labelCells, MARGINS } from "../../format/facts.ts";
import { statusText } from "../../format/status.ts";
import { linesText } from "../../format/total.ts";
import { fit, truncate, width } from "../../format/width.ts";
import { seenOf } from "../../format/window.ts";
import { failureText } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { type DetailLine, isGone, type KeyDetailState } from "./detail.ts";
import { detailLines, detailRows } from "./lines.ts";

type Props = { readonly state: KeyDetailState; readonly context: Context };

export function KeyDetailView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const { key } = state;
  const lines = detailLines(state, context);
  const room = detailRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - room));
  const seen = seenOf(lines, scroll, room);
  const whatCells = widestEvent(lines, columns);
  const stands = isGone(state) ? "✕ deleted" : statusText(key, context.now, "long");
  return (
    <Page
      path={pathTo(key.title)}
      named
      failure={
        isGone(state)
          ? "Deleted, or no longer yours to see. esc goes back."
          : failureText(state.read)
      }
      count={linesText({ from: scroll, seen: seen.length, count: lines.length }, columns)}
    >
      <Box height={1} flexShrink={0} paddingLeft={3} paddingRight={1} columnGap={3}>
        <Box flexGrow={1}>
          <Toned bold>{truncate(escape(key.title), columns - MARGINS - 3 - width(stands))}</Toned>
        </Box>
        {isGone(state) ? (
          <Toned tone="muted">{stands}</Toned>
        ) : (
          <Status apiKey={key} now={context.now} />
        )}
      </Box>
      <Box height={1} flexShrink={0} />
      {seen.map((line, index) => (
        <Line key={scroll + index} line={line} whatCells={whatCells} columns={columns} />
      ))}
    </Page>
  );
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
          <Toned tone="muted">{line.label}</Toned>
          <Toned>{line.value}</Toned>
        </>
      );
    case "heading":
      return <Heading {...line} room={columns - MARGINS} />;
    case "chart":
      return <Toned tone="accent">{line.text}</Toned>;
    case "event": {
      const room = columns - MARGINS - width(line.when) - whatCells - 3;
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

/** The column of who did it starts right of the longest action, but keeps room for itself. */
function widestEvent(lines: readonly DetailLine[], columns: number): number {
  const widest = lines.map((line) => (line.kind === "event" ? width(line.what) : 0));
  return Math.min(
    Math.max(0, ...widest),
    Math.max(16, columns - MARGINS - labelCells(columns) - 3 - 20),
  );
}
