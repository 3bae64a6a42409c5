import type { PrincipalInfo } from "@latchkey/server/client";
import type { Context, Notice } from "../navigation.ts";
import { nobodyKnown, type People } from "../people.ts";
import { emptyKeyList } from "../screens/key-list/state.ts";
import { navigationCells } from "../roots.ts";
import type { SignInState } from "../screens/sign-in/state.ts";
import type { ConnectionStatus } from "./connection.ts";
import type { LayerState } from "./layers.ts";

/** A screen on the stack. The number tells it from others of its kind that came before. */
export type Layer = { readonly number: number; readonly state: LayerState };

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
  readonly connection: ConnectionStatus;
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
  /** The newest event that was heard of, and whether it is being asked for. */
  readonly headSeq: number | null;
  readonly askingHead: boolean;
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
    connection: { kind: "live" },
    principal: null,
    people: nobodyKnown,
    signIn: null,
    signingIn: null,
    session: 0,
    layers: [{ number: 0, state: emptyKeyList }],
    resting: [],
    jumping: false,
    layersSoFar: 1,
    notice: null,
    headSeq: null,
    askingHead: false,
  };
}

export function contextOf({ now, principal, people, columns, rows }: State): Context {
  return { now, principal, people, columns: columns - navigationCells(columns), rows };
}

export function topLayer(state: State): Layer {
  return state.layers.at(-1) as Layer;
}
