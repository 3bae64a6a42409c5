import { holdsPrivateKey, readSshKeyLine } from "@latchkey/core";
import {
  failForm,
  type Form,
  type FormField,
  openForm,
  pressForm,
  refuse,
  textIn,
  withFields,
} from "../../kit/form.ts";
import { leavingForm } from "../../kit/leaving-form.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Screen, SshKeyOwner } from "../../kit/screen.ts";

export type AddSshKeyState = {
  readonly kind: "add-ssh-key";
  readonly whose: SshKeyOwner;
  readonly form: Form;
};

export function openAddSshKey(whose: SshKeyOwner): AddSshKeyState {
  const form = openForm([
    {
      kind: "text",
      id: "publicKey",
      label: "Public key",
      text: textField(),
      required: true,
      placeholder: "ssh-ed25519 AAAA… you@laptop",
      hint: "Paste the line of a file like ~/.ssh/id_ed25519.pub. It counts as not proven.",
    },
    {
      kind: "text",
      id: "label",
      label: "Label",
      text: textField(),
      hint: "Empty for the key's own comment.",
    },
  ]);
  return { kind: "add-ssh-key", whose, form };
}

export const addSshKey: Screen<AddSshKeyState> = {
  press(state, press) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome !== "save") return [next, leavingForm(outcome)];
    // Before anything is sent: somebody may have pasted their private key.
    const typed = textIn(form, "publicKey");
    const parsed = readSshKeyLine(typed);
    if (!parsed.ok) {
      const [problem] = parsed.error.fields;
      const kept = holdsPrivateKey(typed) ? withFields(form, emptied) : form;
      return [{ ...state, form: refuse(kept, "publicKey", problem?.message ?? "") }];
    }
    const { line, comment } = parsed.value;
    const label = textIn(form, "label").trim();
    const request = {
      kind: "add-ssh-key",
      publicKey: `${line} ${comment}`.trim(),
      label: label === "" ? undefined : label,
      userId: state.whose.id,
    } as const;
    return [next, [{ command: "ask", ask: form.asked, request }]];
  },
  answer(state, answer) {
    if (answer.kind !== "add-ssh-key" || answer.ask !== state.form.asked) return [state];
    if (!answer.ok) return [{ ...state, form: failForm(state.form, answer.failure) }];
    const text = `${escape(answer.value.label)} is added.`;
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

/** A private key does not stay on the screen. */
function emptied(field: FormField): FormField {
  return field.kind === "text" && field.id === "publicKey"
    ? { ...field, text: textField() }
    : field;
}
