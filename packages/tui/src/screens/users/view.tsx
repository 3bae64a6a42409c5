import type { User } from "@latchkey/client";
import { Box } from "ink";
import { Centered } from "../../components/centered.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { SearchLine } from "../../components/search-line.tsx";
import { Summary } from "../../components/summary.tsx";
import { type Cell, Table } from "../../components/table.tsx";
import { Unread } from "../../components/unread.tsx";
import { escape } from "../../format/escape.ts";
import { userState } from "../../format/person.ts";
import { relative } from "../../format/time.ts";
import { failureText } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { userColumns, visibleUsers } from "./layout.ts";
import { foundUsers, type UsersState } from "./state.ts";

type Props = { readonly state: UsersState; readonly context: Context };

export function UsersView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const found = foundUsers(state);
  const {
    email,
    name,
    role,
    state: stateCells,
    added,
  } = userColumns(columns, state.users.known ?? []);
  const seen = visibleUsers(rows);
  return (
    <Page
      path={["Latchkey", "Users"]}
      count={rangeText(state.selected, seen, found.length)}
      failure={failureText(state.users)}
    >
      <Summary left={summary(state, found)} right="by email" />
      <SearchLine
        search={state.search}
        searching={state.searching}
        placeholder="Search email or name"
      />
      <Box height={1} flexShrink={0} />
      {found.length === 0 ? (
        <Nothing state={state} />
      ) : (
        <Table
          columns={[
            { head: "EMAIL", cells: email },
            { head: "NAME", cells: name },
            { head: "ROLE", cells: role },
            { head: "STATE", cells: stateCells },
            { head: "ADDED", cells: added },
          ]}
          rows={found.map((user) => ({ key: user.id, cells: cellsOf(user, context.now) }))}
          selected={state.searching ? -1 : state.selected}
          seen={seen}
        />
      )}
    </Page>
  );
}

function cellsOf(user: User, now: Date): readonly Cell[] {
  const over = user.disabled ? "muted" : undefined;
  return [
    { text: escape(user.email), tone: over },
    { text: escape(user.name), tone: over },
    { text: escape(user.role), tone: over },
    { text: userState(user), tone: user.disabled ? "muted" : "good" },
    { text: relative(new Date(user.createdAt), now), tone: over },
  ];
}

function summary({ users: { known: users } }: UsersState, found: readonly User[]): string {
  if (users === null) return "";
  const count = `${users.length} ${users.length === 1 ? "user" : "users"}`;
  return found.length === users.length ? count : `${found.length} of ${count}`;
}

/** Bottom right: which of them are visible. */
function rangeText(selected: number, seen: number, count: number): string {
  if (count === 0) return "";
  const from = Math.floor(selected / seen) * seen;
  return `${from + 1}–${Math.min(count, from + seen)} of ${count}`;
}

function Nothing({ state }: { readonly state: UsersState }) {
  if (state.users.known === null) return <Unread of={state.users} />;
  return (
    <Centered
      lines={[
        { text: "Nobody matches." },
        { text: `“${escape(state.search.text)}”`, muted: true },
        { text: "" },
        { text: "esc clears the search." },
      ]}
    />
  );
}
