import { Box } from "ink";
import { Facts } from "../../components/facts.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { linesText } from "../../format/total.ts";
import { truncate } from "../../format/width.ts";
import { seenOf } from "../../format/window.ts";
import { failureText } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { userLines, userRows } from "./lines.ts";
import type { UserState } from "./about.ts";

type Props = { readonly state: UserState; readonly context: Context };

export function UserView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const { read, sshKeys, events } = state;
  const email = escape(state.user.email);
  const lines = userLines(state, context);
  const room = userRows(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - room));
  const seen = seenOf(lines, scroll, room).length;
  return (
    <Page
      path={["Latchkey", "Users", email]}
      named
      failure={failureText(read) ?? failureText(sshKeys) ?? failureText(events)}
      count={linesText({ from: scroll, seen, count: lines.length }, columns)}
    >
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned bold>{truncate(email, columns - 4)}</Toned>
      </Box>
      <Box height={1} flexShrink={0} />
      <Facts lines={lines} from={scroll} seen={room} columns={columns} />
    </Page>
  );
}
