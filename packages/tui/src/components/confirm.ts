import type { Press } from "../app/input.ts";
import type { Failure } from "../format/failure.ts";
import { commandFor } from "../keymap.ts";

/** A question with Cancel, the deed, and perhaps a row of choices above them. */
export type Confirm = {
  /** How many choices there are; 0 for a plain question. */
  readonly choices: number;
  readonly chosen: number;
  readonly focus: "choice" | "cancel" | "confirm";
  /** The change is under way: no key counts until its answer is there. */
  readonly working: boolean;
  readonly failure: Failure | null;
  readonly asked: number;
};

export type ConfirmOutcome = "stay" | "cancel" | "confirm";

/** Cancel has the focus, so that a hasty Enter does nothing. */
export function confirm(choices = 0, chosen = 0): Confirm {
  return { choices, chosen, focus: "cancel", working: false, failure: null, asked: 0 };
}

/** The question after a key, and what the key decided. On `confirm` it is at work already. */
export function pressConfirm(state: Confirm, press: Press): readonly [Confirm, ConfirmOutcome] {
  if (state.working) return [state, "stay"];
  switch (commandFor("confirm", press)) {
    case "next":
      return [moved(state, 1), "stay"];
    case "previous":
      return [moved(state, -1), "stay"];
    case "right":
      return [sideways(state, 1), "stay"];
    case "left":
      return [sideways(state, -1), "stay"];
    case "press":
      return pressed(state);
    case "cancel":
      return [state, "cancel"];
    case null:
      return [state, "stay"];
  }
}

export function failConfirm(state: Confirm, failure: Failure): Confirm {
  return { ...state, working: false, failure, focus: "cancel" };
}

function pressed(state: Confirm): readonly [Confirm, ConfirmOutcome] {
  switch (state.focus) {
    case "choice":
      return [{ ...state, focus: "confirm" }, "stay"];
    case "cancel":
      return [state, "cancel"];
    case "confirm":
      return [{ ...state, working: true, failure: null, asked: state.asked + 1 }, "confirm"];
  }
}

function moved(state: Confirm, by: number): Confirm {
  const ring =
    state.choices > 1
      ? (["choice", "cancel", "confirm"] as const)
      : (["cancel", "confirm"] as const);
  const at = ring.findIndex((focus) => focus === state.focus);
  return { ...state, focus: ring[(at + by + ring.length) % ring.length] ?? "cancel" };
}

function sideways(state: Confirm, by: number): Confirm {
  if (state.focus !== "choice") return { ...state, focus: by > 0 ? "confirm" : "cancel" };
  const chosen = Math.min(state.choices - 1, Math.max(0, state.chosen + by));
  return { ...state, chosen };
}
