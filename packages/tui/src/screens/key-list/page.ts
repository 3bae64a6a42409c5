import type { ApiKey, KeyPage } from "@latchkey/client";
import { firstQuery, type KeyQuery, listInput } from "../../kit/query.ts";
import { asking, type Remote, unread } from "../../kit/remote.ts";
import type { Context, Update } from "../../kit/screen.ts";
import { type TextField, textField } from "../../kit/text-field.ts";

// What the list holds, and how a page of it is asked for.

export type KeyListState = {
  readonly kind: "key-list";
  readonly query: KeyQuery;
  /** What is being typed; `query.search` follows it after a moment. */
  readonly search: TextField;
  readonly searching: boolean;
  readonly typed: number;
  /** The page on the screen, and the cursors by which each page so far was asked for. */
  readonly page: Remote<KeyPage>;
  readonly pageIndex: number;
  readonly cursors: readonly (string | null)[];
  readonly selected: number;
  /** The page that was asked for last. */
  readonly wanted: number;
  /** Another page or another question: its answer starts at the top row. */
  readonly fromTop: boolean;
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
  page: unread,
  pageIndex: 0,
  cursors: [null],
  selected: 0,
  wanted: 0,
  fromTop: true,
};

export function selectedKey(state: KeyListState): ApiKey | null {
  return state.page.known?.items[state.selected] ?? null;
}

type Load = {
  readonly pageIndex?: number;
  readonly fromTop?: boolean;
  readonly how?: "silently";
};

/** Asks for a page. The rows on the screen stay until the answer is there. */
export function load(
  state: KeyListState,
  context: Context,
  { pageIndex = state.pageIndex, fromTop = false, how }: Load = {},
): Update<KeyListState> {
  const cursor = state.cursors[pageIndex];
  const wanted = cursor === undefined ? 0 : pageIndex;
  const input = listInput(state.query, cursor ?? null, context.now);
  const [page, ask] = asking(state.page, { procedure: "keys.list", input }, how);
  return [{ ...state, page, wanted, fromTop }, [ask]];
}

/** Another search, filter or order: from its first page. */
export function listLike(
  state: KeyListState,
  change: Partial<KeyQuery>,
  context: Context,
): Update<KeyListState> {
  const query = { ...state.query, ...change };
  return load({ ...state, query, cursors: [null] }, context, { pageIndex: 0, fromTop: true });
}
