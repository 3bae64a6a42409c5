import type { PrincipalInfo } from "@latchkey/server/client";
import type { Context, Notice } from "../navigation.ts";
import { openKeyList } from "../screens/key-list/state.ts";
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
  /** The lowest is the list, always; only the last hears keys. */
  readonly layers: readonly Layer[];
  readonly layersSoFar: number;
  readonly notice: Notice | null;
  /** The newest event that was heard of, and whether it is being asked for. */
  readonly headSeq: number | null;
  readonly askingHead: boolean;
};

export const LIST_LAYER = 0;

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
    layers: [{ number: LIST_LAYER, state: openKeyList() }],
    layersSoFar: 1,
    notice: null,
    headSeq: null,
    askingHead: false,
  };
}

export function contextOf({ now, principal, columns, rows }: State): Context {
  return { now, principal, columns, rows };
}

export function topLayer(state: State): Layer {
  return state.layers.at(-1) as Layer;
}
