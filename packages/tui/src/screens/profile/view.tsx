import type { Session } from "@latchkey/client";
import { Box } from "ink";
import { Facts } from "../../components/facts.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { type Cell, Table } from "../../components/table.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { type FactLine, labelCells, MARGINS } from "../../format/facts.ts";
import { exact, relative } from "../../format/time.ts";
import { fit, truncate, width } from "../../format/width.ts";
import { failureOf, failureText } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { roleWords } from "../../format/user-role.ts";
import { type ProfileState, visibleSessions } from "./state.ts";

type Props = { readonly state: ProfileState; readonly context: Context };

const BEGAN_CELLS = 18;
const SEEN_CELLS = 12;
const VIA_CELLS = 8;
const NOTE_CELLS = 12;

export function ProfileView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const sessions = state.sessions.known ?? [];
  return (
    <Page
      path={["Latchkey", "Profile"]}
      failure={failureText(state.sessions)}
      count={sessions.length === 0 ? "" : count(sessions.length)}
    >
      <Facts lines={useFacts(context)} columns={columns} />
      <Box height={1} flexShrink={0} />
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned bold>Sessions</Toned>
      </Box>
      {sessions.length === 0 ? (
        <Box height={1} flexShrink={0} paddingLeft={3}>
          <Toned tone="muted">{none(state, context)}</Toned>
        </Box>
      ) : (
        <Table
          columns={[
            { head: "BEGAN", cells: BEGAN_CELLS },
            { head: "LAST SEEN", cells: SEEN_CELLS },
            { head: "BY", cells: VIA_CELLS },
            { head: "", cells: NOTE_CELLS },
          ]}
          rows={sessions.map((session) => ({
            key: session.id,
            cells: cellsOf(session, context.now),
          }))}
          selected={state.selected}
          seen={visibleSessions(rows)}
        />
      )}
    </Page>
  );
}

/** A line each, so that the sessions below have a place of their own. */
function useFacts({ principal, columns }: Context): readonly FactLine[] {
  const { place } = useLayout();
  if (principal === null) return [];
  const { email, name, role, kind } = principal;
  const here = {
    operator: "as its operator",
    session: "by a session",
    key: "by a secret API key",
  }[kind];
  const cells = labelCells(columns);
  const room = columns - MARGINS - cells;
  const explained = `${escape(role)} (${roleWords[role] ?? ""})`;
  const facts = [
    ["Email", escape(email)],
    ["Name", escape(name)],
    ["Role", width(explained) <= room ? explained : escape(role)],
    ["Here", `${place}, ${here}`],
  ] as const;
  return facts.map(([label, value]) => ({
    kind: "fact",
    label: fit(label, cells),
    value: truncate(value, room),
  }));
}

function cellsOf({ createdAt, lastSeenAt, via, current }: Session, now: Date): readonly Cell[] {
  return [
    { text: exact(new Date(createdAt)) },
    { text: relative(new Date(lastSeenAt), now) },
    { text: escape(via), tone: "muted" },
    { text: current ? "this one" : "", tone: "good" },
  ];
}

function none({ sessions }: ProfileState, { principal }: Context): string {
  if (sessions.known === null) return failureOf(sessions) === null ? "Loading…" : "";
  return principal?.kind === "operator" ? "None: here nobody has to sign in." : "None.";
}

function count(sessions: number): string {
  return sessions === 1 ? "1 session" : `${sessions} sessions`;
}
