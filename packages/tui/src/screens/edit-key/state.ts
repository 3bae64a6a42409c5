import type { ApiKey } from "@latchkey/client";
import { closing } from "../../kit/change.ts";
import { type Form, isChanged, openForm, textIn } from "../../kit/form.ts";
import { formScreen } from "../../kit/form-screen.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Failure } from "../../format/failure.ts";
import type { Screen } from "../../kit/screen.ts";

type Fields = { text: "title"; secret: never; choice: never };

export type EditKeyState = {
  readonly kind: "edit-key";
  readonly key: ApiKey;
  readonly form: Form<Fields>;
};

export function openEditKey(key: ApiKey): EditKeyState {
  const hint = `${escape(key.redacted)} keeps working under its new title.`;
  const text = textField(key.title);
  const form = openForm<Fields>([
    { kind: "text", id: "title", label: "Title", text, required: true, hint },
  ]);
  return { kind: "edit-key", key, form };
}

/** Whether somebody else's change came in between: saving again then overwrites it knowingly. */
export function isConflict(failure: Failure | null): boolean {
  return failure?.code === "CONFLICT";
}

const filled = formScreen<Fields, EditKeyState>(
  ({ key: { id, revision }, form }) =>
    isChanged(form)
      ? { ask: { procedure: "keys.rename", input: { id, title: textIn(form, "title"), revision } } }
      : { commands: [{ command: "close" }] },
  { "keys.rename": (_, key) => closing({ command: "key-changed", key }, "Title saved.") },
);

export const editKey: Screen<EditKeyState> = {
  about: ({ key }) => key,
  action: "edit",
  keyChanged(state, key) {
    if (state.key.id !== key.id) return state;
    // What was typed stays, and replaces the current title; if nothing was, the current title is taken over.
    return isChanged(state.form) || state.form.working ? { ...state, key } : openEditKey(key);
  },
  press: filled.press,
  answer(state, answer, context) {
    if (answer.procedure === "keys.get") {
      // After a conflict: the current key, so that saving again is based on it.
      const counts = answer.ok && answer.ask === state.form.asked;
      return counts ? [{ ...state, key: answer.value }] : [state];
    }
    const [next, commands = []] = filled.answer(state, answer, context);
    if (next === state || !isConflict(next.form.failure)) return [next, commands];
    const request = { procedure: "keys.get", input: { id: state.key.id } } as const;
    return [next, [{ command: "ask", ask: state.form.asked, request }]];
  },
};
