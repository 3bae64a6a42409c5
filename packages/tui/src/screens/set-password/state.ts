import {
  failForm,
  type Form,
  type FormField,
  openForm,
  pressForm,
  refuse,
  secretIn,
} from "../../kit/form.ts";
import { leavingForm } from "../../kit/leaving-form.ts";
import { secretField } from "../../kit/secret-field.ts";
import { escape } from "../../format/escape.ts";
import type { PasswordOwner, Screen } from "../../kit/screen.ts";
import { passwordsDiffer } from "./passwords.ts";

export type SetPasswordState = {
  readonly kind: "set-password";
  readonly whose: PasswordOwner;
  readonly form: Form;
};

export function openSetPassword(whose: PasswordOwner): SetPasswordState {
  const secret = (id: string, label: string, hint = ""): FormField => ({
    kind: "secret",
    id,
    label,
    text: secretField(),
    required: true,
    hint,
  });
  const length = "12 characters or more, any of them.";
  const form = openForm([
    ...(whose.own ? [secret("current", "Password so far")] : []),
    // Named as the procedures name it.
    secret(whose.own ? "next" : "password", "New password", length),
    secret("again", "New password again"),
  ]);
  return { kind: "set-password", whose, form };
}

export const setPassword: Screen<SetPasswordState> = {
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome !== "save") return [next, leavingForm(outcome)];
    const { whose } = state;
    const password = secretIn(form, whose.own ? "next" : "password");
    if (passwordsDiffer(password, secretIn(form, "again"))) {
      return [{ ...state, form: refuse(form, "again", "The two passwords differ.") }];
    }
    const request = whose.own
      ? ({ kind: "set-own-password", current: secretIn(form, "current"), next: password } as const)
      : ({ kind: "set-password", id: whose.id, password } as const);
    return [next, [{ command: "ask", ask: form.asked, request }]];
  },
  answer(state, answer) {
    if (answer.kind !== "set-password" && answer.kind !== "set-own-password") return [state];
    if (answer.ask !== state.form.asked) return [state];
    if (!answer.ok) return [{ ...state, form: failForm(state.form, answer.failure) }];
    const { whose } = state;
    const text = whose.own
      ? "Your password is changed. Your other sessions have ended."
      : `${escape(whose.email)} has another password. Their sessions have ended.`;
    return [
      state,
      [
        { command: "close" },
        { command: "changed" },
        { command: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};
