import type { PrincipalInfo } from "@latchkey/client";
import type { Context, Notice } from "../kit/screen.ts";
import { nobodyKnown, type People } from "../format/people.ts";
import { emptyKeyList } from "../screens/key-list/state.ts";
import { navigationCells } from "../kit/roots.ts";
import type { SignInState } from "../screens/sign-in/state.ts";
import type { KeyNews } from "../format/key-news.ts";
import type { LayerState } from "./layers.ts";
import type { Link } from "./link.ts";

/** A screen on the stack. */
export type Layer = {
  /** Tells it from others of its kind that came before. */
  readonly number: number;
  readonly state: LayerState;
  /** How many of its questions are not answered yet. */
  readonly asking: number;
  /** The key that it is about is being read for it. */
  readonly reading: boolean;
  /** What those answers tell may be old already: it reads again after them. */
  readonly again: boolean;
  /** What somebody else did to that key while it lay open. */
  readonly news: KeyNews | null;
  /** The key is not there anymore, or no longer this person's to see. */
  readonly gone: boolean;
};

type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "open" };

/** All that the application knows. Drawing needs nothing else. */
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
  /** `null` where nobody signs in. */
  readonly signIn: { readonly lastEmail: string } | null;
  /** Lies over all layers, which stay as they are; while it is there, only it hears keys. */
  readonly signingIn: SignInState | null;
  /** Counts sign-ins: what an earlier session was refused says nothing of this one. */
  readonly session: number;
  /** The lowest is a root, always; only the last hears keys. */
  readonly layers: readonly Layer[];
  /** The roots that were left, as they were. */
  readonly resting: readonly Layer[];
  /** A comma was pressed: the next key says where to. */
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
