import { type Confirm, confirm, failConfirm, pressConfirm } from "../../kit/confirm.ts";
import type { Question, Screen, Command } from "../../kit/screen.ts";

export type QuestionState = {
  readonly kind: "question";
  readonly question: Question;
  readonly confirm: Confirm;
};

export function openQuestion(question: Question): QuestionState {
  return { kind: "question", question, confirm: confirm() };
}

export const question: Screen<QuestionState> = {
  press(state, press) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    const updated = { ...state, confirm: next };
    switch (outcome) {
      case "stay":
        return [updated];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm":
        return [updated, [{ command: "ask", ask: next.asked, request: state.question.request }]];
    }
  },
  answer(state, answer) {
    const { request, done } = state.question;
    if (answer.kind !== request.kind || answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const changed: Command =
      answer.kind === "set-disabled"
        ? { command: "user-changed", user: answer.value }
        : { command: "changed" };
    const notice = { tone: "info", text: done } as const;
    return [state, [{ command: "close" }, changed, { command: "notify", notice }]];
  },
};
