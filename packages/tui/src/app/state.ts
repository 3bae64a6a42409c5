import type { PrincipalInfo } from "@latchkey/client";
import type { Context, Notice } from "../kit/screen.ts";
import { nobodyKnown, type People } from "../format/people.ts";
import { emptyKeyList } from "../screens/key-list/page.ts";
import { navigationCells } from "../kit/roots.ts";
import type { SignInState } from "../screens/sign-in/state.ts";
import type { KeyNews } from "../format/key-news.ts";
import type { LayerState } from "./layers.ts";
import type { Link } from "./link.ts";

/** A screen on the stack. */
export type Layer = {
  /** Distinguishes it from earlier ones of its kind. */
  readonly number: number;
  readonly state: LayerState;
  /** How many of its requests are unanswered. */
  readonly asking: number;
  /** The key that it is about is being read for it. */
  readonly reading: boolean;
  /** Those answers may be stale: it reads again after them. */
  readonly again: boolean;
  /** What somebody else did to that key while it was open. */
  readonly news: KeyNews | null;
  /** The key no longer exists, or this person may no longer see it. */
  readonly gone: boolean;
};

type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "open" };

/** The whole state of the application. Drawing needs nothing else. */
export type State = {
  readonly phase: Phase;
  readonly now: Date;
  readonly columns: number;
  readonly rows: number;
  readonly place: string;
  /** Whether there is a picture yet. */
  readonly painted: boolean;
  readonly link: Link;
  readonly principal: PrincipalInfo | null;
  readonly people: People;
  /** `null` if nobody signs in. */
  readonly signIn: { readonly lastEmail: string } | null;
  /** Covers all layers, which stay as they are; while it is there, only it gets keys. */
  readonly signingIn: SignInState | null;
  /** Counts sign-ins: a refusal of an earlier session says nothing about this one. */
  readonly session: number;
  /** The lowest is always a root; only the last gets keys. */
  readonly layers: readonly Layer[];
  /** The roots that were left, as they were. */
  readonly resting: readonly Layer[];
  /** A comma was pressed: the next key is the destination. */
  readonly jumping: boolean;
  readonly layersSoFar: number;
  readonly notice: Notice | null;
};

export function firstState(
  now: Date,
  size: { readonly columns: number; readonly rows: number },
): State {
  return {
    phase: { kind: "opening" },
    now,
    ...size,
    place: "",
    painted: false,
    link: { kind: "none" },
    principal: null,
    people: nobodyKnown,
    signIn: null,
    signingIn: null,
    session: 0,
    layers: [newLayer(0, emptyKeyList)],
    resting: [],
    jumping: false,
    layersSoFar: 1,
    notice: null,
  };
}

export function newLayer(number: number, state: LayerState): Layer {
  return { number, state, asking: 0, reading: false, again: false, news: null, gone: false };
}

export function contextOf({ now, principal, people, columns, rows }: State): Context {
  return { now, principal, people, columns: columns - navigationCells(columns), rows };
}

export function topLayer(state: State): Layer {
  return state.layers.at(-1) as Layer;
}
