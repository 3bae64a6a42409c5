import type { ApiKey, KeyPage } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { type Failure, isSignedOut, mayRecover } from "../../format/failure.ts";
import { isKeyAction, refusalOf } from "../../kit/key-action.ts";
import { commandsFor } from "../../kit/key-commands.ts";
import { type Command, actionFor } from "../../kit/keymap.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import { firstQuery, isFiltered, type KeyQuery, listInput, noFilter } from "../../kit/query.ts";
import { visibleRows } from "./layout.ts";

const SEARCH_DELAY_MILLISECONDS = 180;

export type KeyListState = {
  readonly kind: "key-list";
  readonly query: KeyQuery;
  /** What is being typed; `query.search` follows it after a moment. */
  readonly search: TextField;
  readonly searching: boolean;
  readonly typed: number;
  /** The page on the screen, and the cursors by which each page so far was asked for. */
  readonly page: KeyPage | null;
  readonly pageIndex: number;
  readonly cursors: readonly (string | null)[];
  readonly selected: number;
  /** The latest question, the page it is for, and whether its answer is still awaited. */
  readonly asked: number;
  readonly wanted: number;
  readonly loading: "no" | "silently" | "visibly";
  /** Another page or another question: its answer starts at the top row. */
  readonly fromTop: boolean;
  readonly failure: Failure | null;
  /** What it was to load could not be read, told or not: it is asked for again. */
  readonly behind: boolean;
};

export function openKeyList(context: Context): Update<KeyListState> {
  return load(emptyKeyList, context);
}

/** Before anything was asked. */
export const emptyKeyList: KeyListState = {
  kind: "key-list",
  query: firstQuery,
  search: textField(),
  searching: false,
  typed: 0,
  page: null,
  pageIndex: 0,
  cursors: [null],
  selected: 0,
  asked: 0,
  wanted: 0,
  loading: "no",
  fromTop: true,
  failure: null,
  behind: false,
};

function selectedKey(state: KeyListState): ApiKey | null {
  return state.page?.items[state.selected] ?? null;
}

/** Asks for a page. The rows on the screen stay until the answer is there. */
function load(
  state: KeyListState,
  context: Context,
  { pageIndex = state.pageIndex, silently = false, fromTop = false } = {},
): Update<KeyListState> {
  const asked = state.asked + 1;
  const loading = silently ? "silently" : "visibly";
  const cursor = state.cursors[pageIndex];
  const wanted = cursor === undefined ? 0 : pageIndex;
  const input = listInput(state.query, cursor ?? null, context.now);
  return [
    { ...state, asked, wanted, loading, fromTop },
    [{ command: "ask", ask: asked, request: { procedure: "keys.list", input } }],
  ];
}

/** Another search, filter or order: from its first page. */
function listLike(
  state: KeyListState,
  change: Partial<KeyQuery>,
  context: Context,
): Update<KeyListState> {
  const query = { ...state.query, ...change };
  return load({ ...state, query, cursors: [null] }, context, { pageIndex: 0, fromTop: true });
}

export const keyList: Screen<KeyListState> = {
  offers,
  wordFor: ({ query }, action) =>
    action === "owners" && query.filter.owner !== "me" ? "mine" : null,
  press: (state, press, context) =>
    state.searching ? pressSearch(state, press, context) : pressList(state, press, context),
  elapsed(state, number, context) {
    if (number !== state.typed) return [state];
    return listLike(state, { search: state.search.text }, context);
  },
  answer: answered,
  keyChanged(state, key) {
    if (state.page === null) return state;
    const items = state.page.items.map((item) => (item.id === key.id ? key : item));
    return { ...state, page: { ...state.page, items } };
  },
  keyDeleted(state, id) {
    if (state.page === null) return state;
    const items = state.page.items.filter((key) => key.id !== id);
    if (items.length === state.page.items.length) return state;
    const page = { ...state.page, items, total: Math.max(0, state.page.total - 1) };
    return { ...state, page, selected: Math.min(state.selected, Math.max(0, items.length - 1)) };
  },
  receive: (state, message, context) =>
    message.about === "key-list" ? listLike(state, message.query, context) : [state],
  concerns({ query: { filter } }, { keyId, ownerId }, { principal }) {
    if (keyId === null) return false;
    const owner = filter.owner === "me" ? principal?.userId : filter.owner;
    return owner === "all" || owner === undefined || ownerId === null || ownerId === owner;
  },
  refresh(state, context) {
    const failure = isSignedOut(state.failure) ? null : state.failure;
    return load({ ...state, failure }, context, {
      pageIndex: state.behind ? state.wanted : state.pageIndex,
      fromTop: state.behind && state.fromTop,
      silently: true,
    });
  },
  isBehind: ({ behind, loading }) => behind && loading === "no",
};

const forOneKey: readonly string[] = ["open", "actions"];
const forSome: readonly string[] = ["search", "filter", "sort", "reverse"];

function offers(state: KeyListState, action: string, context: Context): boolean {
  const key = selectedKey(state);
  if (action === "owners") return seesEverybody(context.principal);
  if (isKeyAction(action)) {
    return key !== null && refusalOf(action, key, context.now) === null;
  }
  if (key !== null) return true;
  const { search, filter } = state.query;
  const narrowed = search !== "" || isFiltered(filter);
  return !forOneKey.includes(action) && (narrowed || !forSome.includes(action));
}

function pressSearch(state: KeyListState, press: Press, context: Context): Update<KeyListState> {
  if (press.name !== "enter") {
    const search = editText(state.search, press);
    if (search !== null) {
      if (search.text === state.search.text) return [{ ...state, search }];
      const typed = state.typed + 1;
      return [
        { ...state, search, typed },
        [{ command: "wait", milliseconds: SEARCH_DELAY_MILLISECONDS, number: typed }],
      ];
    }
  }
  switch (actionFor("search", press)) {
    case "done":
      return settleSearch({ ...state, searching: false }, context);
    case "clear":
      return settleSearch({ ...state, searching: false, search: textField() }, context);
    case null:
      return [state];
  }
}

/** What was typed counts now, without waiting. */
function settleSearch(state: KeyListState, context: Context): Update<KeyListState> {
  const settled = { ...state, typed: state.typed + 1 };
  if (state.search.text === state.query.search) return [settled];
  return listLike(settled, { search: state.search.text }, context);
}

function pressList(state: KeyListState, press: Press, context: Context): Update<KeyListState> {
  const action = actionFor("key-list", press);
  const key = selectedKey(state);
  switch (action) {
    case "new":
      return [state, [{ command: "open", route: { to: "create-key" } }]];
    case "open":
      return key === null
        ? [state]
        : [state, [{ command: "open", route: { to: "key-detail", key } }]];
    case "actions":
      return key === null
        ? [state]
        : [state, [{ command: "open", route: { to: "key-actions", key } }]];
    case "edit":
    case "rotate":
    case "revoke":
    case "delete":
    case "copy":
      return key === null ? [state] : [state, commandsFor(action, key, context)];
    case "owners": {
      if (!seesEverybody(context.principal)) return [state];
      const { filter } = state.query;
      const owner = filter.owner === "me" ? "all" : "me";
      return listLike(state, { filter: { ...filter, owner } }, context);
    }
    case "search":
      return [{ ...state, searching: true }];
    case "filter":
      return [state, [{ command: "open", route: { to: "filter", filter: state.query.filter } }]];
    case "sort": {
      const { sort, order } = state.query;
      return [state, [{ command: "open", route: { to: "sort", sort, order } }]];
    }
    case "reverse":
      return listLike(state, { order: state.query.order === "asc" ? "desc" : "asc" }, context);
    case "clear":
      return clear(state, context);
    case "refresh":
      return load(state, context);
    case "quit":
      return [state, [{ command: "quit" }]];
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "key-list" } }]];
    case null:
      return [state];
    default:
      return move(state, action, context);
  }
}

type Move = Extract<
  Command<"key-list">,
  "up" | "down" | "first" | "last" | "screen-up" | "screen-down" | "next-page" | "previous-page"
>;

function move(state: KeyListState, action: Move, context: Context): Update<KeyListState> {
  const last = Math.max(0, (state.page?.items.length ?? 0) - 1);
  const screen = visibleRows(context.rows);
  const to = (selected: number): Update<KeyListState> => [
    { ...state, selected: Math.min(last, Math.max(0, selected)) },
  ];
  switch (action) {
    case "up":
      return to(state.selected - 1);
    case "down":
      return to(state.selected + 1);
    case "first":
      return to(0);
    case "last":
      return to(last);
    case "screen-up":
      return state.selected === 0 ? turnPage(state, -1, context) : to(state.selected - screen);
    case "screen-down":
      return state.selected === last ? turnPage(state, 1, context) : to(state.selected + screen);
    case "next-page":
      return turnPage(state, 1, context);
    case "previous-page":
      return turnPage(state, -1, context);
  }
}

function turnPage(state: KeyListState, by: number, context: Context): Update<KeyListState> {
  const pageIndex = state.pageIndex + by;
  const known = pageIndex >= 0 && (by < 0 || (state.page?.nextCursor ?? null) !== null);
  if (!known || state.loading === "visibly") return [state];
  return load(state, context, { pageIndex, fromTop: true });
}

function clear(state: KeyListState, context: Context): Update<KeyListState> {
  const { query } = state;
  if (query.search === "" && !isFiltered(query.filter)) return [state];
  const filter = { ...noFilter, owner: query.filter.owner };
  return listLike({ ...state, search: textField() }, { search: "", filter }, context);
}

function answered(state: KeyListState, answer: Reply, context: Context): Update<KeyListState> {
  if (answer.procedure !== "keys.list" || answer.ask !== state.asked) return [state];
  if (!answer.ok) {
    if (answer.failure.code === "INPUT_INVALID" && state.wanted > 0) {
      // A cursor that no longer fits, e.g. after midnight moved the dates: begin again.
      return load({ ...state, cursors: [null] }, context, { pageIndex: 0 });
    }
    const failure = state.loading === "silently" ? state.failure : answer.failure;
    return [{ ...state, loading: "no", failure, behind: mayRecover(answer.failure) }];
  }
  const page = answer.value;
  const { wanted } = state;
  if (page.items.length === 0 && wanted > 0) {
    return load(state, context, { pageIndex: wanted - 1, silently: true });
  }
  const cursors = [...state.cursors.slice(0, wanted + 1), page.nextCursor];
  const selected = rowToStayOn(state, page);
  return [
    {
      ...state,
      page,
      pageIndex: wanted,
      cursors,
      selected,
      loading: "no",
      failure: null,
      behind: false,
    },
  ];
}

/** The cursor stays on its key through a refresh; another page or question starts at the top. */
function rowToStayOn(state: KeyListState, page: KeyPage): number {
  const key = selectedKey(state);
  const at = page.items.findIndex((item) => item.id === key?.id);
  if (state.fromTop) return 0;
  if (at >= 0) return at;
  return Math.min(state.selected, Math.max(0, page.items.length - 1));
}
