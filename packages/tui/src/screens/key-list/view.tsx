import type { ApiKey, KeyPage } from "@latchkey/client";
import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { Centered } from "../../components/centered.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { SearchLine } from "../../components/search-line.tsx";
import { Status } from "../../components/status.tsx";
import { Summary } from "../../components/summary.tsx";
import { Unread } from "../../components/unread.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { ownerWord, personText } from "../../format/person.ts";
import { standingOf } from "../../format/status.ts";
import { relative } from "../../format/time.ts";
import { rangeText, totalText } from "../../format/total.ts";
import { fit } from "../../format/width.ts";
import { failureText, isAwaited } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import { filterWords, isFiltered, orderName, sortNames } from "../../kit/query.ts";
import { type Columns, columnsOf, type Owners, visibleRows } from "./layout.ts";
import type { KeyListState } from "./page.ts";

type Props = { readonly state: KeyListState; readonly context: Context };

export function KeyListView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const items = state.page.known?.items ?? [];
  const owners = ownersOf(state, context);
  const loading = isAwaited(state.page) && state.page.known !== null ? " · loading…" : "";
  const { known } = state.page;
  const range = known === null ? "" : rangeText(known, state.pageIndex);
  return (
    <Page
      path={["Latchkey", "Secret API keys"]}
      count={`${range}${loading}`}
      failure={failureText(state.page)}
    >
      <Looked state={state} context={context} />
      <SearchLine
        search={state.search}
        searching={state.searching}
        placeholder="Search title or token"
      />
      <Box height={1} flexShrink={0} />
      {items.length > 0 ? (
        <Table
          state={state}
          now={context.now}
          owners={owners}
          columns={columnsOf(columns, items, owners)}
          rows={visibleRows(rows)}
        />
      ) : (
        <Nothing state={state} seesAll={seesEverybody(context.principal)} />
      )}
    </Page>
  );
}

/** The owner of each key, by its id; nothing if all are one's own. */
function ownersOf({ page: { known: page }, query }: KeyListState, context: Context): Owners {
  if (query.filter.owner === "me" || page === null) return {};
  return Object.fromEntries(
    page.items.map(({ ownerId }) => [ownerId, personText(ownerId, context)]),
  );
}

function Looked({ state, context }: Props) {
  const { filter, sort, order } = state.query;
  const whose = ownerWord(filter.owner, context);
  const { known } = state.page;
  const total = known === null ? "" : `${totalText(known)} ${countNoun(known)} · `;
  const sorted =
    sort === "createdAt"
      ? orderName(sort, order)
      : `${sortNames[sort].toLowerCase()}, ${orderName(sort, order)}`;
  const left = `${total}${whose}`;
  const right = [...filterWords(filter), sorted].join(" · ");
  return <Summary left={left} right={right} />;
}

function countNoun({ total, totalIsCapped }: KeyPage): string {
  return total === 1 && !totalIsCapped ? "key" : "keys";
}

type TableProps = {
  readonly state: KeyListState;
  readonly now: Date;
  readonly owners: Owners;
  readonly columns: Columns;
  readonly rows: number;
};

/** The rows in windows of whole screens: a cursor that moves within one costs two lines, no scroll. */
function Table({ state, now, owners, columns, rows }: TableProps) {
  const items = state.page.known?.items ?? [];
  const from = Math.floor(state.selected / rows) * rows;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned tone="muted">{headText(columns)}</Toned>
      </Box>
      {items.slice(from, from + rows).map((key, index) => (
        <Row
          key={key.id}
          apiKey={key}
          now={now}
          owner={owners[key.ownerId] ?? ""}
          columns={columns}
          selected={from + index === state.selected && !state.searching}
        />
      ))}
    </Box>
  );
}

const GAP = "  ";

function headText(columns: Columns): string {
  return [
    fit("TITLE", columns.title),
    ...(columns.owner > 0 ? [fit("OWNER", columns.owner)] : []),
    ...(columns.token > 0 ? [fit("TOKEN", columns.token)] : []),
    fit("STATUS", columns.status),
    ...(columns.lastUsed > 0 ? [fit("LAST USED", columns.lastUsed)] : []),
    ...(columns.created > 0 ? [fit("CREATED", columns.created, "right")] : []),
  ].join(GAP);
}

type RowProps = {
  readonly apiKey: ApiKey;
  readonly owner: string;
  readonly now: Date;
  readonly columns: Columns;
  readonly selected: boolean;
};

function Row({ apiKey, owner, now, columns, selected }: RowProps) {
  const standing = standingOf(apiKey, now);
  const over = standing === "revoked" || standing === "expired";
  const tone = over ? "muted" : undefined;
  const beside = over ? "muted" : undefined;
  const used = apiKey.lastUsedAt === null ? "never" : relative(new Date(apiKey.lastUsedAt), now);
  const created = relative(new Date(apiKey.createdAt), now);
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <Cursor here={selected} />
      <Toned tone={tone} bold={selected}>
        {fit(escape(apiKey.title), columns.title)}
      </Toned>
      {columns.owner > 0 && <Toned tone={beside}>{GAP + fit(owner, columns.owner)}</Toned>}
      {columns.token > 0 && (
        <Toned tone={beside}>{GAP + fit(escape(apiKey.redacted), columns.token)}</Toned>
      )}
      <Toned>{GAP}</Toned>
      <Status apiKey={apiKey} now={now} form={columns.statusForm} cells={columns.status} />
      {columns.lastUsed > 0 && <Toned tone={beside}>{GAP + fit(used, columns.lastUsed)}</Toned>}
      {columns.created > 0 && (
        <Toned tone={beside}>{GAP + fit(created, columns.created, "right")}</Toned>
      )}
    </Box>
  );
}

type NothingProps = { readonly state: KeyListState; readonly seesAll: boolean };

function Nothing({ state, seesAll }: NothingProps) {
  if (state.page.known === null) return <Unread of={state.page} />;
  const { search, filter } = state.query;
  if (search === "" && !isFiltered(filter)) {
    const others = { text: "o shows everybody's keys.", muted: true };
    return (
      <Centered
        lines={[
          { text: "No secret API keys yet." },
          { text: "A secret API key lets a service act as you. It is shown once.", muted: true },
          { text: "" },
          { text: "Press n to create one." },
          ...(seesAll && filter.owner === "me" ? [others] : []),
        ]}
      />
    );
  }
  const looked = [...(search === "" ? [] : [`“${escape(search)}”`]), ...filterWords(filter)];
  return (
    <Centered
      lines={[
        { text: "No key matches." },
        { text: looked.join(" · "), muted: true },
        { text: "" },
        { text: "esc clears the search and the filters." },
      ]}
    />
  );
}
