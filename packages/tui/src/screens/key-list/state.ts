import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { editText, textField } from "../../kit/text-field.ts";
import { isKeyAction, refusalOf } from "../../kit/key-action.ts";
import { commandsFor } from "../../kit/key-commands.ts";
import { actionFor } from "../../kit/keymap.ts";
import { movedOnPage, type PagedMove, stayOn } from "../../kit/list.ts";
import { failed, isAwaited, isBehind, ready, withKnown } from "../../kit/remote.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";
import { isFiltered, noFilter } from "../../kit/query.ts";
import { visibleRows } from "./layout.ts";
import { type KeyListState, listLike, load, selectedKey } from "./page.ts";

const SEARCH_DELAY_MILLISECONDS = 180;

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
    const page = withKnown(state.page, (known) => ({
      ...known,
      items: known.items.map((item) => (item.id === key.id ? key : item)),
    }));
    return { ...state, page };
  },
  keyDeleted(state, id) {
    const items = state.page.known?.items.filter((key) => key.id !== id) ?? [];
    if (items.length === (state.page.known?.items.length ?? 0)) return state;
    const page = withKnown(state.page, (known) => ({
      ...known,
      items,
      total: Math.max(0, known.total - 1),
    }));
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
    const again = isBehind(state.page);
    return load(state, context, {
      pageIndex: again ? state.wanted : state.pageIndex,
      fromTop: again && state.fromTop,
      how: "silently",
    });
  },
  isBehind: ({ page }) => isBehind(page),
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

/** What was typed applies now, without waiting. */
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

function move(state: KeyListState, action: PagedMove, context: Context): Update<KeyListState> {
  const count = state.page.known?.items.length ?? 0;
  const to = movedOnPage(state.selected, action, count, visibleRows(context.rows));
  return "turn" in to ? turnPage(state, to.turn, context) : [{ ...state, selected: to.row }];
}

function turnPage(state: KeyListState, by: number, context: Context): Update<KeyListState> {
  const pageIndex = state.pageIndex + by;
  const known = pageIndex >= 0 && (by < 0 || (state.page.known?.nextCursor ?? null) !== null);
  if (!known || isAwaited(state.page)) return [state];
  return load(state, context, { pageIndex, fromTop: true });
}

function clear(state: KeyListState, context: Context): Update<KeyListState> {
  const { query } = state;
  if (query.search === "" && !isFiltered(query.filter)) return [state];
  const filter = { ...noFilter, owner: query.filter.owner };
  return listLike({ ...state, search: textField() }, { search: "", filter }, context);
}

function answered(state: KeyListState, answer: Reply, context: Context): Update<KeyListState> {
  if (answer.procedure !== "keys.list" || answer.ask !== state.page.asked) return [state];
  if (!answer.ok) {
    if (answer.failure.code === "INPUT_INVALID" && state.wanted > 0) {
      // The cursor is no longer valid, e.g. after midnight moved the dates: start over.
      return load({ ...state, cursors: [null] }, context, { pageIndex: 0 });
    }
    return [{ ...state, page: failed(state.page, answer.failure) }];
  }
  const page = answer.value;
  const { wanted } = state;
  if (page.items.length === 0 && wanted > 0) {
    return load(state, context, { pageIndex: wanted - 1, how: "silently" });
  }
  const cursors = [...state.cursors.slice(0, wanted + 1), page.nextCursor];
  // The cursor stays on its key through a refresh; another page or question starts at the top.
  const before = state.page.known?.items ?? [];
  const selected = state.fromTop ? 0 : stayOn(state.selected, before, page.items, ({ id }) => id);
  return [{ ...state, page: ready(state.page, page), pageIndex: wanted, cursors, selected }];
}
