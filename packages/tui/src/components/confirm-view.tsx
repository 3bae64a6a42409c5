import { Box } from "ink";
import { changeFailure } from "../format/failure.ts";
import { Buttons } from "./buttons.tsx";
import type { Confirm } from "../kit/confirm.ts";
import { useNews } from "./news.tsx";
import { useLayout } from "./page.tsx";
import { Paragraph } from "./paragraph.tsx";
import { Toned } from "./tone.tsx";

type Props = {
  readonly confirm: Confirm;
  readonly cells: number;
  readonly cancel?: string;
  readonly action: string;
  readonly danger?: boolean;
  /** Shown while the change runs, e.g. `Revoking…`. */
  readonly working?: string;
  /** What may have happened if the answer was lost: `it was revoked`. */
  readonly effect?: string;
};

/** From here on there are rows to spare. */
const ROOMY_FROM = 20;

/** The lower part of a question: what went wrong, if anything, and its two buttons. */
export function ConfirmView(props: Props) {
  const { confirm, cells, cancel = "Cancel", action, danger = false, working = "Working…" } = props;
  const { effect = "it happened" } = props;
  const { news } = useNews();
  const { rows } = useLayout();
  const word = confirm.failure === null ? news : changeFailure(confirm.failure, effect);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {word === null ? (
        <Box height={1} flexShrink={0} />
      ) : (
        <Box flexDirection="column" flexShrink={0} marginY={rows < ROOMY_FROM ? 0 : 1}>
          <Paragraph
            text={word}
            cells={cells}
            tone={confirm.failure === null ? "warning" : "danger"}
          />
        </Box>
      )}
      {confirm.working ? (
        <Box justifyContent="flex-end" height={1}>
          <Toned tone="muted">{working}</Toned>
        </Box>
      ) : (
        <Buttons
          focus={confirm.focus}
          buttons={[
            { id: "cancel", label: cancel },
            { id: "confirm", label: action, danger },
          ]}
        />
      )}
    </Box>
  );
}
