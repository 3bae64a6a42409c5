import { type Confirm, confirm, failConfirm, pressConfirm } from "../../kit/confirm.ts";
import type { Question, Screen, Wish } from "../../kit/screen.ts";

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
    const turned = { ...state, confirm: next };
    switch (outcome) {
      case "stay":
        return [turned];
      case "cancel":
        return [state, [{ wish: "close" }]];
      case "confirm":
        return [turned, [{ wish: "ask", ask: next.asked, request: state.question.request }]];
    }
  },
  answer(state, answer) {
    const { request, done } = state.question;
    if (answer.kind !== request.kind || answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const changed: Wish =
      answer.kind === "set-disabled"
        ? { wish: "user-changed", user: answer.value }
        : { wish: "changed" };
    const notice = { tone: "info", text: done } as const;
    return [state, [{ wish: "close" }, changed, { wish: "notify", notice }]];
  },
};
