import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { useLayout } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { STATUS_CELLS, statusText } from "../../format/status.ts";
import { fit, truncate, width } from "../../format/width.ts";
import { labelOf, type PaletteItem } from "../../kit/palette-item.ts";
import { foundItems, type PaletteState } from "./state.ts";

const WIDEST = 72;
const MOST_ROWS = 12;
/** Borders, the field, a gap, the count; and what stays in sight of the page. */
const OTHER_LINES = 9;
/** From here on a status has room to say how it ends, as in the list. */
const LONG_STATUS_FROM = 60;

type Props = { readonly state: PaletteState; readonly now: Date };

export function PaletteView({ state, now }: Props) {
  const { columns, rows } = useLayout();
  const cells = dialogCells(columns, WIDEST);
  const found = foundItems(state);
  const seen = Math.max(3, Math.min(MOST_ROWS, rows - OTHER_LINES));
  const from = Math.floor(state.selected / seen) * seen;
  const shown = found.slice(from, from + seen);
  // As many lines whatever is found, so that nothing jumps while typing.
  const blank = Array.from({ length: seen - shown.length }, (_, index) => index);
  return (
    <Dialog title="Commands, screens and keys" widest={WIDEST}>
      <Field
        field={state.text}
        focused
        cells={cells}
        placeholder="A command, a screen, a key's title or token"
      />
      <Box height={1} flexShrink={0} />
      {shown.map((item, index) => (
        <Row
          key={idOf(item)}
          item={item}
          now={now}
          cells={cells}
          selected={from + index === state.selected}
        />
      ))}
      {blank.map((index) => (
        <Box key={index} height={1} flexShrink={0}>
          <Toned tone="muted">{found.length === 0 && index === 0 ? "Nothing matches." : " "}</Toned>
        </Box>
      ))}
    </Dialog>
  );
}

type RowProps = {
  readonly item: PaletteItem;
  readonly now: Date;
  readonly cells: number;
  readonly selected: boolean;
};

function Row({ item, now, cells, selected }: RowProps) {
  const form = cells < LONG_STATUS_FROM ? "short" : "long";
  const beside = besideOf(item, now, form);
  const room = Math.max(8, cells - width(beside) - 2);
  return (
    <Box height={1} flexShrink={0} marginLeft={-2}>
      <Cursor here={selected} />
      <Toned bold={selected}>{fit(labelOf(item), room)}</Toned>
      <Toned tone="muted">{`  ${truncate(beside, cells - room - 2)}`}</Toned>
    </Box>
  );
}

/** The key to press the next time; of a secret API key what distinguishes it. */
function besideOf(item: PaletteItem, now: Date, form: keyof typeof STATUS_CELLS): string {
  if (item.kind !== "key") return item.key;
  const { key } = item;
  return `${escape(key.redacted)}  ${fit(statusText(key, now, form), STATUS_CELLS[form])}`;
}

function idOf(item: PaletteItem): string {
  return item.kind === "key" ? item.key.id : `${item.kind} ${item.label}`;
}
