import { MIN_PASSWORD_LENGTH } from "@latchkey/core";
import { closing } from "../../kit/change.ts";
import { type Form, type FormField, openForm, refuse, secretIn } from "../../kit/form.ts";
import { formScreen } from "../../kit/form-screen.ts";
import { secretField, secretsDiffer } from "../../kit/secret-field.ts";
import { escape } from "../../format/escape.ts";
import type { PasswordOwner, Screen } from "../../kit/screen.ts";

/** Named as the procedures name them: one's own has `current` and `next`. */
type Fields = { text: never; secret: "current" | "next" | "password" | "again"; choice: never };

export type SetPasswordState = {
  readonly kind: "set-password";
  readonly whose: PasswordOwner;
  readonly form: Form<Fields>;
};

export function openSetPassword(whose: PasswordOwner): SetPasswordState {
  const secret = (id: Fields["secret"], label: string, hint = ""): FormField<Fields> => ({
    kind: "secret",
    id,
    label,
    text: secretField(),
    required: true,
    hint,
  });
  const length = `${MIN_PASSWORD_LENGTH} characters or more, any of them.`;
  const form = openForm<Fields>([
    ...(whose.own ? [secret("current", "Password so far")] : []),
    secret(whose.own ? "next" : "password", "New password", length),
    secret("again", "New password again"),
  ]);
  return { kind: "set-password", whose, form };
}

function done({ whose }: SetPasswordState) {
  const text = whose.own
    ? "Your password is changed. Your other sessions have ended."
    : `${escape(whose.email)} has another password. Their sessions have ended.`;
  return closing({ command: "changed" }, text);
}

export const setPassword: Screen<SetPasswordState> = formScreen<Fields, SetPasswordState>(
  ({ whose, form }) => {
    const password = secretIn(form, whose.own ? "next" : "password");
    if (secretsDiffer(password, secretIn(form, "again"))) {
      return { refused: refuse(form, "again", "The two passwords differ.") };
    }
    if (!whose.own)
      return { ask: { procedure: "users.setPassword", input: { id: whose.id, password } } };
    const input = { current: secretIn(form, "current"), next: password };
    return { ask: { procedure: "auth.setPassword", input } };
  },
  { "users.setPassword": done, "auth.setPassword": done },
);
