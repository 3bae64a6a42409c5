import type { User } from "@latchkey/client";
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

const userChanged = ({ question: { done } }: QuestionState, user: User) =>
  closing({ command: "user-changed", user }, done);
const changed = ({ question: { done } }: QuestionState) => closing({ command: "changed" }, done);

export const question: Screen<QuestionState> = confirmScreen<QuestionState>(
  ({ question: { request } }) => ({ ask: request }),
  {
    "users.disable": userChanged,
    "users.enable": userChanged,
    "auth.endSession": changed,
    "sshKeys.remove": changed,
  },
);
