import { type Answers, type Decision, onAnswer } from "./change.ts";
import { failForm, type FieldIds, type Form } from "./form.ts";
import { type FormOutcome, pressForm } from "./press-form.ts";
import type { Command, Context, Screen } from "./screen.ts";

/**
 * The keys and answers of a screen that is a form.
 *
 * @param decide what saving does, or the form with what is invalid
 * @param answers what to do with the answers; a refusal is shown beside its field
 */
export function formScreen<Ids extends FieldIds, State extends { readonly form: Form<Ids> }>(
  decide: (state: State, context: Context) => Decision | { readonly refused: Form<Ids> },
  answers: Answers<State>,
): Required<Pick<Screen<State>, "press" | "answer">> {
  return {
    press(state, press, context) {
      const [form, outcome] = pressForm(state.form, press);
      const next = { ...state, form };
      if (outcome !== "save") return [next, leavingForm(outcome)];
      const decision = decide(next, context);
      if ("refused" in decision) return [{ ...state, form: decision.refused }];
      if ("commands" in decision) return [state, decision.commands];
      return [next, [{ command: "ask", ask: form.asked, request: decision.ask }]];
    },
    answer(state, answer) {
      const after = onAnswer(answers, answer, state.form.asked);
      if (after === null) return [state];
      if (answer.ok) return [state, after(state, answer.value)];
      return [{ ...state, form: failForm(state.form, answer.failure) }];
    },
  };
}

/** Leaving a form: a changed one asks first. */
export function leavingForm(outcome: Exclude<FormOutcome, "save">): readonly Command[] {
  switch (outcome) {
    case "stay":
    case "clear":
      return [];
    case "leave":
      return [{ command: "close" }];
    case "ask-to-leave":
      return [{ command: "open", route: { to: "discard-changes" } }];
  }
}
