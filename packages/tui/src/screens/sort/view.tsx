import { keySorts } from "@latchkey/core";
import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Toned } from "../../components/tone.tsx";
import { fit } from "../../format/width.ts";
import { orderName, sortNames } from "../../kit/query.ts";
import type { SortState } from "./state.ts";

const WIDTH = 38;
const LABEL_CELLS = 13;

export function SortView({ state }: { readonly state: SortState }) {
  return (
    <Dialog title="Sort" widest={WIDTH}>
      {keySorts.map((field) => {
        const chosen = field === state.sort;
        return (
          <Box key={field} height={1} flexShrink={0} marginLeft={-2}>
            <Cursor here={chosen} />
            <Toned bold={chosen}>{fit(sortNames[field], LABEL_CELLS)}</Toned>
            <Toned tone="accent">{chosen ? `‹ ${orderName(field, state.order)} ›` : ""}</Toned>
          </Box>
        );
      })}
    </Dialog>
  );
}
