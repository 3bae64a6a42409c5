import { closing } from "../../kit/change.ts";
import { type Confirm, confirm, confirmScreen } from "../../kit/confirm.ts";
import type { Question, Screen } from "../../kit/screen.ts";

export type QuestionState = {
  readonly kind: "question";
  readonly question: Question;
  readonly confirm: Confirm;
};

export function openQuestion(question: Question): QuestionState {
  return { kind: "question", question, confirm: confirm() };
}

const changed = ({ question: { done } }: QuestionState) => closing({ command: "changed" }, done);

export const question: Screen<QuestionState> = confirmScreen<QuestionState>(
  ({ question: { request } }) => ({ ask: request }),
  {
    "set-disabled": ({ question: { done } }, user) =>
      closing({ command: "user-changed", user }, done),
    "end-session": changed,
    "remove-ssh-key": changed,
  },
);
