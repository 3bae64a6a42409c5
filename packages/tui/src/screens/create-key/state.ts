import { failForm, pressForm, type TitleForm, titleForm } from "../../components/title-form.ts";
import type { Screen } from "../../navigation.ts";

export type CreateKeyState = { readonly kind: "create-key"; readonly form: TitleForm };

export function openCreateKey(): CreateKeyState {
  return { kind: "create-key", form: titleForm() };
}

export const createKey: Screen<CreateKeyState> = {
  takesText: ({ form }) => form.focus === "title",
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    switch (outcome) {
      case "stay":
        return [next];
      case "leave":
        return [next, [{ wish: "close" }]];
      case "ask-to-leave":
        return [next, [{ wish: "open", route: { to: "discard-changes" } }]];
      case "save": {
        const request = { kind: "create", title: form.title.text } as const;
        return [next, [{ wish: "ask", ask: form.asked, request }]];
      }
    }
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
