import type { ApiKey } from "@latchkey/client";
import { failForm, type Form, isChanged, openForm, pressForm, textIn } from "../../kit/form.ts";
import { leavingForm } from "../../kit/leaving-form.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Failure } from "../../format/failure.ts";
import type { Screen } from "../../kit/screen.ts";

export type EditKeyState = {
  readonly kind: "edit-key";
  readonly key: ApiKey;
  readonly form: Form;
};

export function openEditKey(key: ApiKey): EditKeyState {
  const hint = `${escape(key.redacted)} keeps working under its new title.`;
  const text = textField(key.title);
  const form = openForm([
    { kind: "text", id: "title", label: "Title", text, required: true, hint },
  ]);
  return { kind: "edit-key", key, form };
}

/** Whether somebody else's change stands in between: saving again then goes over it knowingly. */
export function isConflict(failure: Failure | null): boolean {
  return failure?.code === "CONFLICT";
}

export const editKey: Screen<EditKeyState> = {
  about: ({ key }) => key,
  action: "edit",
  keyChanged(state, key) {
    if (state.key.id !== key.id) return state;
    // What was typed stays, and is saved over what stands there now; where nothing was, that is taken over.
    return isChanged(state.form) || state.form.working ? { ...state, key } : openEditKey(key);
  },
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome !== "save") return [next, leavingForm(outcome)];
    if (!isChanged(form)) return [state, [{ command: "close" }]];
    const { id, revision } = state.key;
    const request = { kind: "rename", id, title: textIn(form, "title"), revision } as const;
    return [next, [{ command: "ask", ask: form.asked, request }]];
  },
  answer(state, answer) {
    if (answer.ask !== state.form.asked) return [state];
    if (answer.kind === "get") {
      // After a conflict: what stands there now, so that saving again is based on it.
      return answer.ok ? [{ ...state, key: answer.value }] : [state];
    }
    if (answer.kind !== "rename") return [state];
    if (!answer.ok) {
      const next = { ...state, form: failForm(state.form, answer.failure) };
      if (!isConflict(answer.failure)) return [next];
      const request = { kind: "get", id: state.key.id } as const;
      return [next, [{ command: "ask", ask: state.form.asked, request }]];
    }
    return [
      state,
      [
        { command: "close" },
        { command: "key-changed", key: answer.value },
        { command: "notify", notice: { tone: "info", text: "Title saved." } },
      ],
    ];
  },
};
