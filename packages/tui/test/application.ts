import { type ApiKey, type CallError, errorOf, type KeyPage, LocalFailure } from "@latchkey/client";
import type { DomainError } from "@latchkey/core";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import {
  DEMONSTRATION_NOW,
  demoKey,
  demoMara,
  exampleKeys,
} from "@latchkey/testing/demonstration/examples";
import type { Effect } from "../src/app/message.ts";
import type { Asked, Reply } from "../src/kit/request.ts";
import { firstState, topLayer } from "../src/app/state.ts";
import { createStore } from "../src/app/store.ts";
import { type Form, textIn } from "../src/kit/form.ts";
import type { Failure } from "../src/format/failure.ts";
import type { News } from "../src/connection/news.ts";
import type { KeyListState } from "../src/screens/key-list/page.ts";

/** A failure as it comes from a call. */
export const failed = (error: DomainError): CallError => errorOf(new LocalFailure(error));

export const failure = failed({ code: "UNAVAILABLE", why: "unreachable" });

export function keys(count: number): ApiKey[] {
  return Array.from({ length: count }, (_, index) => demoKey({ title: `Key ${index}` }));
}

export const times = (count: number, name: string): string[] =>
  Array.from({ length: count }, () => name);

/** The application without a terminal: what it wanted done stands in `effects`. */
export function application(
  items: ApiKey[] = exampleKeys(),
  page: Partial<KeyPage> = {},
  signIn: { lastEmail: string } | null = null,
  now = () => DEMONSTRATION_NOW,
) {
  const effects: Effect[] = [];
  const defects: unknown[] = [];
  const store = createStore(
    firstState(DEMONSTRATION_NOW, { columns: 80, rows: 24 }),
    (effect) => effects.push(effect),
    now,
    (defect) => defects.push(defect),
  );
  const asks = (procedure: Asked) =>
    effects.filter(
      (effect) => effect.type === "ask" && effect.request.procedure === procedure,
    ) as Extract<Effect, { type: "ask" }>[];
  const last = (procedure: Asked) => asks(procedure).at(-1) as Extract<Effect, { type: "ask" }>;
  /** A list without pages is given as its items. */
  const answer = (to: Extract<Effect, { type: "ask" }>, given: unknown) => {
    const value = Array.isArray(given) ? { items: given } : given;
    store.dispatch({
      type: "answered",
      layer: to.layer,
      session: to.session,
      answer: { procedure: to.request.procedure, ask: to.ask, ok: true, value } as Reply,
    });
  };
  const fail = (to: Extract<Effect, { type: "ask" }>, why: Failure = failure) =>
    store.dispatch({
      type: "answered",
      layer: to.layer,
      session: to.session,
      answer: { procedure: to.request.procedure, ask: to.ask, ok: false, failure: why } as Reply,
    });
  const press = (...names: string[]) => {
    for (const name of names) {
      const text = name.length === 1 ? name : null;
      store.dispatch({ type: "pressed", press: { name, text } });
    }
  };
  const pageOf = (some: ApiKey[], more: Partial<KeyPage> = {}): KeyPage => ({
    items: some,
    nextCursor: null,
    total: some.length,
    totalIsCapped: false,
    ...more,
  });
  const list = () => store.getState().layers[0]?.state as KeyListState;
  const top = () => topLayer(store.getState()).state;
  /** What stands in a field of the form on top. */
  const typed = (field: string) => textIn((top() as unknown as { form: Form }).form, field);
  /** Something in the log, by somebody else where nobody is named; on some key where none is. */
  const happens = (type: string, more: object = {}) => {
    const actor = { kind: "session", userId: demoMara.id, keyId: null, via: "http", address: null };
    const event = { kind: "event", seq: 9, at: DEMONSTRATION_NOW.toISOString(), type, actor };
    const about = { keyId: "key_some", userId: null, ownerId: null, data: {} };
    store.dispatch({ type: "happened", news: [{ ...event, ...about, ...more } as News] });
  };
  const lost = (why: Failure = failure) => store.dispatch({ type: "lost", failure: why });
  store.dispatch({ type: "connected", place: "this computer", signIn });
  answer(last("auth.whoami"), createDemonstration([]).principal);
  answer(last("users.list"), createDemonstration([]).users);
  answer(last("keys.list"), pageOf(items, page));
  // From here on it is followed; what there is to see is read once more, as it was.
  store.dispatch({ type: "painted" });
  store.dispatch({ type: "joined" });
  answer(last("keys.list"), pageOf(items, page));
  return {
    happens,
    lost,
    store,
    effects,
    defects,
    asks,
    last,
    answer,
    fail,
    press,
    pageOf,
    list,
    top,
    typed,
  };
}
