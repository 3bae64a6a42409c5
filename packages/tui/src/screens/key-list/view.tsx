import type { ApiKey } from "@latchkey/server/client";
import { Box } from "ink";
import { Field } from "../../components/field.tsx";
import { Page, useSurroundings } from "../../components/page.tsx";
import { Status } from "../../components/status.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { failureMessage } from "../../format/failure.ts";
import { standingOf } from "../../format/status.ts";
import { relative } from "../../format/time.ts";
import { rangeText, totalText } from "../../format/total.ts";
import { fit, truncate } from "../../format/width.ts";
import { filterWords, isFiltered, orderName, sortNames } from "../../query.ts";
import { type Columns, columnsOf, visibleRows } from "./layout.ts";
import type { KeyListState } from "./state.ts";

export function KeyListView({ state, now }: { readonly state: KeyListState; readonly now: Date }) {
  const { columns, rows } = useSurroundings();
  const items = state.page?.items ?? [];
  const loading = state.loading === "visibly" && state.page !== null ? " · loading…" : "";
  const range = state.page === null ? "" : rangeText(state.page, state.pageIndex);
  return (
    <Page
      path={["Latchkey", "Secret API keys"]}
      count={`${range}${loading}`}
      failure={state.failure === null ? null : retryText(failureMessage(state.failure))}
    >
      <Summary state={state} />
      <SearchLine state={state} cells={columns - 6} />
      <Box height={1} flexShrink={0} />
      {items.length > 0 ? (
        <Table
          state={state}
          now={now}
          columns={columnsOf(columns, items)}
          rows={visibleRows(rows)}
        />
      ) : (
        <Nothing state={state} />
      )}
    </Page>
  );
}

function Summary({ state }: { readonly state: KeyListState }) {
  const { columns } = useSurroundings();
  const { filter, sort, order } = state.query;
  const whose = filter.owner === "all" ? "everybody's" : "mine";
  const total = state.page === null ? "" : `${totalText(state.page)} ${countNoun(state)} · `;
  const sorted =
    sort === "createdAt"
      ? orderName(sort, order)
      : `${sortNames[sort].toLowerCase()}, ${orderName(sort, order)}`;
  const left = `${total}${whose}`;
  const right = [...filterWords(filter), sorted].join(" · ");
  return (
    <Box
      height={1}
      flexShrink={0}
      paddingLeft={3}
      paddingRight={1}
      justifyContent="space-between"
      columnGap={2}
    >
      <Box flexShrink={0}>
        <Toned>{left}</Toned>
      </Box>
      <Toned tone="muted">{truncate(right, columns - 6 - left.length)}</Toned>
    </Box>
  );
}

function countNoun({ page }: KeyListState): string {
  return page?.total === 1 && !page.totalIsCapped ? "key" : "keys";
}

function SearchLine({ state, cells }: { readonly state: KeyListState; readonly cells: number }) {
  const idle = !state.searching && state.search.text === "";
  return (
    <Box height={1} flexShrink={0} paddingLeft={1} paddingRight={1}>
      <Toned tone="accent">{state.searching ? "▌ " : "  "}</Toned>
      <Toned tone={state.searching ? "accent" : "muted"}>/ </Toned>
      {idle ? (
        <Toned tone="muted">Search title or token</Toned>
      ) : (
        <Field
          field={state.search}
          focused={state.searching}
          cells={cells}
          placeholder="Search title or token"
        />
      )}
    </Box>
  );
}

type TableProps = {
  readonly state: KeyListState;
  readonly now: Date;
  readonly columns: Columns;
  readonly rows: number;
};

/** The rows in windows of whole screens: a cursor that moves within one costs two lines, no scroll. */
function Table({ state, now, columns, rows }: TableProps) {
  const items = state.page?.items ?? [];
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
    ...(columns.token > 0 ? [fit("TOKEN", columns.token)] : []),
    fit("STATUS", columns.status),
    ...(columns.lastUsed > 0 ? [fit("LAST USED", columns.lastUsed)] : []),
    fit("CREATED", columns.created, "right"),
  ].join(GAP);
}

type RowProps = {
  readonly apiKey: ApiKey;
  readonly now: Date;
  readonly columns: Columns;
  readonly selected: boolean;
};

function Row({ apiKey, now, columns, selected }: RowProps) {
  const standing = standingOf(apiKey, now);
  const over = standing === "revoked" || standing === "expired";
  const tone = over ? "muted" : undefined;
  const beside = over ? "muted" : undefined;
  const used = apiKey.lastUsedAt === null ? "never" : relative(new Date(apiKey.lastUsedAt), now);
  const created = relative(new Date(apiKey.createdAt), now);
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <Toned tone="accent">{selected ? "▌ " : "  "}</Toned>
      <Toned tone={tone} bold={selected}>
        {fit(escape(apiKey.title), columns.title)}
      </Toned>
      {columns.token > 0 && (
        <Toned tone={beside}>{GAP + fit(escape(apiKey.redacted), columns.token)}</Toned>
      )}
      <Toned>{GAP}</Toned>
      <Status apiKey={apiKey} now={now} form={columns.statusForm} cells={columns.status} />
      {columns.lastUsed > 0 && <Toned tone={beside}>{GAP + fit(used, columns.lastUsed)}</Toned>}
      <Toned tone={beside}>{GAP + fit(created, columns.created, "right")}</Toned>
    </Box>
  );
}

function Nothing({ state }: { readonly state: KeyListState }) {
  const { columns } = useSurroundings();
  const centered = (text: string, muted = true, key = text) => (
    <Box key={key} justifyContent="center" flexShrink={0}>
      <Toned tone={muted ? "muted" : undefined}>{truncate(text, columns - 4)}</Toned>
    </Box>
  );
  if (state.page === null) {
    if (state.failure !== null) return null;
    return <Box paddingLeft={3}>{centered("Loading…")}</Box>;
  }
  const { search, filter } = state.query;
  const looked = [...(search === "" ? [] : [`“${escape(search)}”`]), ...filterWords(filter)];
  const nothing =
    search === "" && !isFiltered(filter)
      ? [
          centered("No secret API keys yet.", false),
          centered("A secret API key lets a service act as you. It is shown once."),
          <Box key="gap" height={1} />,
          centered("Press n to create one.", false),
        ]
      : [
          centered("No key matches.", false),
          centered(looked.join(" · ")),
          <Box key="gap" height={1} />,
          centered("esc clears the search and the filters.", false),
        ];
  return (
    <Box flexDirection="column" flexGrow={1} justifyContent="center">
      {nothing}
    </Box>
  );
}

function retryText(message: string): string {
  return /try again/i.test(message)
    ? message.replace(/try again\.?$/i, "r to try again.")
    : message;
}
