import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useNews } from "../../components/news.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { fit } from "../../format/width.ts";
import { allKeyActions, labelOf, refusalOf } from "../../kit/key-action.ts";
import { keymap, keyName } from "../../kit/keymap.ts";
import type { KeyActionsState } from "./state.ts";

const WIDTH = 42;
const LABEL_CELLS = 33;

type Props = { readonly state: KeyActionsState; readonly now: Date };

export function KeyActionsView({ state, now }: Props) {
  const { columns } = useLayout();
  const { news } = useNews();
  return (
    <Dialog title={escape(state.key.title)} widest={WIDTH}>
      {allKeyActions.map((action, index) => {
        const refusal = refusalOf(action, state.key, now);
        const selected = index === state.selected;
        const label = refusal === null ? labelOf(action) : `${labelOf(action)} (${refusal})`;
        const binding = keymap["key-actions"].find((candidate) => candidate.action === action);
        const tone = refusal !== null ? "muted" : action === "delete" ? "danger" : undefined;
        return (
          <Box key={action} height={1} flexShrink={0} marginLeft={-2}>
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
