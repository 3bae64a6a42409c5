import { failForm, type Form, openForm, pressForm, textIn } from "../../components/form.ts";
import { leavingForm } from "../../components/leaving-form.ts";
import { textField } from "../../components/text-field.ts";
import type { Screen } from "../../navigation.ts";

export type CreateKeyState = { readonly kind: "create-key"; readonly form: Form };

export function openCreateKey(): CreateKeyState {
  const hint = "What will use it? The title tells keys apart later.";
  const form = openForm([
    { kind: "text", id: "title", label: "Title", text: textField(), required: true, hint },
  ]);
  return { kind: "create-key", form };
}

export const createKey: Screen<CreateKeyState> = {
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome !== "save") return [next, leavingForm(outcome)];
    const request = { kind: "create", title: textIn(form, "title") } as const;
    return [next, [{ wish: "ask", ask: form.asked, request }]];
  },
  answer(state, answer) {
    if (answer.kind !== "create" || answer.ask !== state.form.asked) return [state];
    if (!answer.ok) return [{ ...state, form: failForm(state.form, answer.failure) }];
    return [
      state,
      [
        { wish: "close" },
        { wish: "key-changed", key: answer.value.key },
        { wish: "open", route: { to: "created-key", fresh: answer.value, rotated: null } },
      ],
    ];
  },
};
