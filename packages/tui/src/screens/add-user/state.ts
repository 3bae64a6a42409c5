import { MIN_PASSWORD_LENGTH } from "@latchkey/core";
import type { User } from "@latchkey/client";
import { closing } from "../../kit/change.ts";
import { chosenIn, type Form, openForm, refuse, secretIn, textIn } from "../../kit/form.ts";
import { formScreen } from "../../kit/form-screen.ts";
import { secretField, secretsDiffer } from "../../kit/secret-field.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Screen } from "../../kit/screen.ts";
import { roles } from "../../format/user-role.ts";

type Fields = { text: "email" | "name"; secret: "password" | "again"; choice: "role" };

export type AddUserState = { readonly kind: "add-user"; readonly form: Form<Fields> };

/** Those who sign in: the others have no password. */
const WITH_PASSWORD = roles.flatMap((role, index) => (role === "service" ? [] : [index]));

export function openAddUser(): AddUserState {
  const onlyWith = { id: "role", among: WITH_PASSWORD } as const;
  const form = openForm<Fields>(
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
        hint: `${MIN_PASSWORD_LENGTH} characters or more; empty for none.`,
        onlyWith,
      },
      { kind: "secret", id: "again", label: "Password again", text: secretField(), onlyWith },
    ],
    { stepwise: true },
  );
  return { kind: "add-user", form };
}

export const addUser: Screen<AddUserState> = formScreen<Fields, AddUserState>(
  ({ form }) => {
    const role: User["role"] = roles[chosenIn(form, "role")] ?? "member";
    const password = role === "service" ? undefined : secretIn(form, "password");
    if (password !== undefined && secretsDiffer(password, secretIn(form, "again"))) {
      return { refused: refuse(form, "again", "The two passwords differ.") };
    }
    const name = textIn(form, "name").trim();
    const input = {
      email: textIn(form, "email"),
      name: name === "" ? undefined : name,
      role,
      password: password?.reveal() === "" ? undefined : password,
    };
    return { ask: { procedure: "users.add", input } };
  },
  {
    "users.add": (_, user) =>
      closing({ command: "user-changed", user }, `${escape(user.email)} is ${user.role} now.`),
  },
);
