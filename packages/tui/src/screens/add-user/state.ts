import type { User } from "@latchkey/client";
import {
  chosenIn,
  failForm,
  type Form,
  openForm,
  pressForm,
  refuse,
  secretIn,
  textIn,
} from "../../kit/form.ts";
import { leavingForm } from "../../kit/leaving-form.ts";
import { secretField } from "../../kit/secret-field.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Screen } from "../../kit/screen.ts";
import { roles } from "../../format/user-role.ts";
import { passwordsDiffer } from "../set-password/passwords.ts";

export type AddUserState = { readonly kind: "add-user"; readonly form: Form };

/** Those who sign in: the others have no password. */
const WITH_PASSWORD = roles.flatMap((role, index) => (role === "service" ? [] : [index]));

export function openAddUser(): AddUserState {
  const onlyWith = { id: "role", among: WITH_PASSWORD };
  const form = openForm(
    [
      {
        kind: "text",
        id: "email",
        label: "Email",
        text: textField(),
        required: true,
        hint: "How they sign in, and what the log calls them.",
      },
      {
        kind: "text",
        id: "name",
        label: "Name",
        text: textField(),
        hint: "Empty for what stands before the @.",
      },
      { kind: "choice", id: "role", label: "Role", choices: roles, chosen: 0 },
      {
        kind: "secret",
        id: "password",
        label: "Password",
        text: secretField(),
        hint: "12 characters or more; empty for none.",
        onlyWith,
      },
      { kind: "secret", id: "again", label: "Password again", text: secretField(), onlyWith },
    ],
    { stepwise: true },
  );
  return { kind: "add-user", form };
}

export const addUser: Screen<AddUserState> = {
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome !== "save") return [next, leavingForm(outcome)];
    const role: User["role"] = roles[chosenIn(form, "role")] ?? "member";
    const password = role === "service" ? undefined : secretIn(form, "password");
    if (password !== undefined && passwordsDiffer(password, secretIn(form, "again"))) {
      return [{ ...state, form: refuse(form, "again", "The two passwords differ.") }];
    }
    const name = textIn(form, "name").trim();
    const request = {
      kind: "add-user",
      email: textIn(form, "email"),
      name: name === "" ? undefined : name,
      role,
      password: password?.reveal() === "" ? undefined : password,
    } as const;
    return [next, [{ command: "ask", ask: form.asked, request }]];
  },
  answer(state, answer) {
    if (answer.kind !== "add-user" || answer.ask !== state.form.asked) return [state];
    if (!answer.ok) return [{ ...state, form: failForm(state.form, answer.failure) }];
    const user = answer.value;
    const text = `${escape(user.email)} is ${user.role} now.`;
    return [
      state,
      [
        { command: "close" },
        { command: "user-changed", user },
        { command: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};
