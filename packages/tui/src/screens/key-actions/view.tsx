import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useNews } from "../../components/news.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { fit } from "../../format/width.ts";
import { keyCommands, labelOf, refusalOf } from "../../kit/key-command.ts";
import { keymap, keyName } from "../../kit/keymap.ts";
import type { KeyActionsState } from "./state.ts";

const WIDTH = 42;
const LABEL_CELLS = 33;

type Props = { readonly state: KeyActionsState; readonly now: Date };

export function KeyActionsView({ state, now }: Props) {
  const { columns } = useSurroundings();
  const { news } = useNews();
  return (
    <Dialog title={escape(state.key.title)} widest={WIDTH}>
      {keyCommands.map((command, index) => {
        const refusal = refusalOf(command, state.key, now);
        const selected = index === state.selected;
        const label = refusal === null ? labelOf(command) : `${labelOf(command)} (${refusal})`;
        const binding = keymap["key-actions"].find((candidate) => candidate.command === command);
        const tone = refusal !== null ? "muted" : command === "delete" ? "danger" : undefined;
        return (
          <Box key={command} height={1} flexShrink={0} marginLeft={-2}>
            <Cursor here={selected} />
            <Toned tone={tone} bold={selected}>
              {fit(label, LABEL_CELLS)}
            </Toned>
            <Toned tone="muted">{` ${keyName(binding?.keys[0] ?? "")}`}</Toned>
          </Box>
        );
      })}
      {news !== null && (
        <Box marginTop={1} flexShrink={0}>
          <Paragraph text={news} cells={dialogCells(columns, WIDTH)} tone="warning" />
        </Box>
      )}
    </Dialog>
  );
}
