import { Box } from "ink";
import { Facts } from "../../components/facts.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { happened } from "../../format/history.ts";
import { linesText } from "../../format/total.ts";
import { truncate } from "../../format/width.ts";
import type { Context } from "../../kit/screen.ts";
import { eventLines, eventRows } from "./lines.ts";
import { type EventState, eventIn } from "./state.ts";

type Props = { readonly state: EventState; readonly context: Context };

export function EventView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const event = eventIn(state);
  if (event === null) return <Page path={["Latchkey", "Audit log"]}>{null}</Page>;
  const what = happened(event);
  const lines = eventLines(event, context);
  const seen = eventRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - seen));
  return (
    <Page
      path={["Latchkey", "Audit log", `Event ${event.seq}`]}
      count={linesText({ from: scroll, seen, count: lines.length }, columns)}
    >
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned bold>{truncate(what.charAt(0).toUpperCase() + what.slice(1), columns - 4)}</Toned>
      </Box>
      <Box height={1} flexShrink={0} />
      <Facts lines={lines} from={scroll} seen={seen} columns={columns} />
    </Page>
  );
}
