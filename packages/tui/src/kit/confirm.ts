import { parseAhead, secondsUntil } from "../format/ahead.ts";
import type { Failure } from "../format/failure.ts";
import { type Answers, type Decision, onAnswer } from "./change.ts";
import type { Press } from "./press.ts";
import type { Context, Screen } from "./screen.ts";
import { actionFor } from "./keymap.ts";
import { stepIn } from "./movement.ts";
import { editText, type TextField, textField } from "./text-field.ts";

/** A question with Cancel, the action, and perhaps a row of choices above them. */
export type Confirm = {
  /** How many choices there are; 0 for a plain question. */
  readonly choices: number;
  readonly chosen: number;
  /** The text typed for the last choice; `null` if it needs none. */
  readonly other: TextField | null;
  /** What is wrong with the typed text. */
  readonly problem: string | null;
  readonly focus: "choice" | "other" | "cancel" | "confirm";
  /** The change is under way: keys are ignored until its answer is there. */
  readonly working: boolean;
  readonly failure: Failure | null;
  readonly asked: number;
};

type ConfirmOutcome = "stay" | "cancel" | "confirm";

/** The text typed for the last choice is invalid. */
export type Unread = { readonly problem: string };

/** Cancel has the focus, so that a hasty Enter does nothing. */
export function confirm(
  choices = 0,
  chosen = 0,
  { focus = "cancel", other = false }: { focus?: Confirm["focus"]; other?: boolean } = {},
): Confirm {
  return {
    choices,
    chosen,
    other: other ? textField() : null,
    problem: null,
    focus,
    working: false,
    failure: null,
    asked: 0,
  };
}

/** Whether the last choice is selected, which is typed. */
export function isOther({ choices, chosen, other }: Confirm): boolean {
  return other !== null && chosen === choices - 1;
}

/** The seconds until the instant that is typed for the last choice. */
export function typedSeconds({ other }: Confirm, now: Date): number | Unread {
  const typed = parseAhead(other?.text ?? "", now);
  return "at" in typed ? secondsUntil(typed.at, now) : typed;
}

/**
 * The keys and answers of a screen that is a question.
 *
 * @param decide what its button does
 * @param answers what to do with the answers; a refusal is shown above the buttons
 */
export function confirmScreen<State extends { readonly confirm: Confirm }>(
  decide: (state: State, context: Context) => Decision | Unread,
  answers: Answers<State> = {},
): Required<Pick<Screen<State>, "press" | "answer">> {
  return {
    press(state, press, context) {
      const [confirm, outcome] = pressConfirm(state.confirm, press);
      const next = { ...state, confirm };
      if (outcome === "stay") return [next];
      if (outcome === "cancel") return [state, [{ command: "close" }]];
      const decision = decide(next, context);
      if ("problem" in decision) {
        const { problem } = decision;
        return [{ ...state, confirm: { ...confirm, working: false, problem, focus: "other" } }];
      }
      if ("commands" in decision) return [state, decision.commands];
      return [next, [{ command: "ask", ask: confirm.asked, request: decision.ask }]];
    },
    answer(state, answer) {
      const after = onAnswer(answers, answer, state.confirm.asked);
      if (after === null) return [state];
      if (answer.ok) return [state, after(state, answer.value)];
      const { failure } = answer;
      return [
        { ...state, confirm: { ...state.confirm, working: false, failure, focus: "cancel" } },
      ];
    },
  };
}

/** The question after a key, and what the key decided. On `confirm` it is already working. */
function pressConfirm(state: Confirm, press: Press): readonly [Confirm, ConfirmOutcome] {
  if (state.working) return [state, "stay"];
  if (state.focus === "other" && state.other !== null && press.name !== "enter") {
    const other = editText(state.other, press);
    if (other !== null) return [{ ...state, other, problem: null, failure: null }, "stay"];
  }
  switch (actionFor("confirm", press)) {
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

function pressed(state: Confirm): readonly [Confirm, ConfirmOutcome] {
  switch (state.focus) {
    case "choice":
      return [{ ...state, focus: isOther(state) ? "other" : "confirm" }, "stay"];
    case "other":
      return [{ ...state, focus: "confirm" }, "stay"];
    case "cancel":
      return [state, "cancel"];
    case "confirm":
      return [{ ...state, working: true, failure: null, asked: state.asked + 1 }, "confirm"];
  }
}

function moved(state: Confirm, by: number): Confirm {
  const ring: readonly Confirm["focus"][] = [
    ...(state.choices > 1 ? (["choice"] as const) : []),
    ...(isOther(state) ? (["other"] as const) : []),
    "cancel",
    "confirm",
  ];
  return { ...state, focus: stepIn(ring, state.focus, by) };
}

function sideways(state: Confirm, by: number): Confirm {
  if (state.focus !== "choice") return { ...state, focus: by > 0 ? "confirm" : "cancel" };
  const chosen = Math.min(state.choices - 1, Math.max(0, state.chosen + by));
  return { ...state, chosen, problem: null };
}
