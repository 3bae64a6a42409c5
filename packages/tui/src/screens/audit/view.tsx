import type { EventItem } from "@latchkey/client";
import { Box } from "ink";
import { Cursor } from "../../components/cursor.tsx";
import { auditFilterWords, isAuditFiltered } from "../../kit/audit-filter.ts";
import { Centered } from "../../components/centered.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { Summary } from "../../components/summary.tsx";
import { Unread } from "../../components/unread.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { actionOf, subjectOf } from "../../format/history.ts";
import { personText } from "../../format/person.ts";
import { logged } from "../../format/time.ts";
import { fit, truncate } from "../../format/width.ts";
import { failureText, isAwaited } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import { type EventColumns, eventColumns, fromText, visibleEvents } from "./layout.ts";
import { type AuditState, isFollowing, newerText, rangeOfEvents } from "./state.ts";

type Props = { readonly state: AuditState; readonly context: Context };

export function AuditView({ state, context }: Props) {
  const { rows } = useLayout();
  const items = state.page.known?.items ?? [];
  const loading = isAwaited(state.page) && state.page.known !== null ? " · loading…" : "";
  return (
    <Page
      path={["Latchkey", "Audit log"]}
      count={`${rangeOfEvents(state)}${loading}`}
      failure={failureText(state.page)}
    >
      <Summary left={place(state)} right="newest first" />
      <FilterLine state={state} context={context} />
      <Box height={1} flexShrink={0} />
      {items.length > 0 ? (
        <Table state={state} items={items} context={context} rows={visibleEvents(rows)} />
      ) : (
        <Nothing state={state} context={context} />
      )}
    </Page>
  );
}

/** The position in the log, and whether it follows. */
function place(state: AuditState): string {
  if (state.page.known === null) return "";
  if (state.newer !== null) return `${newerText(state)} newer · g shows them`;
  return isFollowing(state) ? "following" : "held here · g follows again";
}

/** In the place of other lists' search: what is shown. */
function FilterLine({ state, context }: Props) {
  const words = auditFilterWords(state.filter, context).join(" · ");
  const whose = seesEverybody(context.principal) ? "Everything" : "About you and your keys";
  return (
    <Box height={1} flexShrink={0} paddingLeft={3} paddingRight={1}>
      <Toned tone="muted">f </Toned>
      <Toned tone={words === "" ? "muted" : undefined}>
        {truncate(words === "" ? whose : words, context.columns - 6)}
      </Toned>
    </Box>
  );
}

type TableProps = {
  readonly state: AuditState;
  readonly items: readonly EventItem[];
  readonly context: Context;
  readonly rows: number;
};

/** In windows of whole screens, as the list of keys: a step within one costs two lines, no scroll. */
function Table({ state, items, context, rows }: TableProps) {
  const columns = eventColumns(
    context.columns,
    items.map(({ actor }) => personText(actor.userId, context)),
    items.map(fromText),
  );
  const from = Math.floor(state.selected / rows) * rows;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box height={1} flexShrink={0} paddingLeft={3}>
        <Toned tone="muted">{headText(columns)}</Toned>
      </Box>
      {items.slice(from, from + rows).map((event, index) => (
        <Row
          key={event.seq}
          event={event}
          context={context}
          columns={columns}
          selected={from + index === state.selected}
        />
      ))}
    </Box>
  );
}

const GAP = "  ";

function headText({ when, what, about, by, from }: EventColumns): string {
  return [
    fit("WHEN", when),
    fit("WHAT", what),
    fit("ABOUT", about),
    ...(by > 0 ? [fit("BY", by)] : []),
    ...(from > 0 ? [fit("FROM", from)] : []),
  ].join(GAP);
}

type RowProps = {
  readonly event: EventItem;
  readonly context: Context;
  readonly columns: EventColumns;
  readonly selected: boolean;
};

function Row({ event, context, columns, selected }: RowProps) {
  const { when, whenForm, what, about, by, from } = columns;
  const at = logged(new Date(event.at), context.now, whenForm);
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <Cursor here={selected} />
      <Toned tone="muted">{fit(at, when) + GAP}</Toned>
      <Toned bold={selected}>{fit(actionOf(event.type), what) + GAP}</Toned>
      <Toned bold={selected}>{fit(subjectOf(event, context), about)}</Toned>
      {by > 0 && <Toned>{GAP + fit(personText(event.actor.userId, context), by)}</Toned>}
      {from > 0 && <Toned tone="muted">{GAP + fit(escape(fromText(event)), from)}</Toned>}
    </Box>
  );
}

function Nothing({ state, context }: Props) {
  if (state.page.known === null) return <Unread of={state.page} />;
  if (!isAuditFiltered(state.filter)) {
    return <Centered lines={[{ text: "Nothing has happened yet." }]} />;
  }
  const words = auditFilterWords(state.filter, context).join(" · ");
  return (
    <Centered
      lines={[
        { text: "No event matches." },
        { text: words, muted: true },
        { text: "" },
        { text: "esc clears the filters." },
      ]}
    />
  );
}
