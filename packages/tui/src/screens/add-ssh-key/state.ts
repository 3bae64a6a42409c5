import { holdsPrivateKey, readSshKeyLine } from "@latchkey/core";
import { closing } from "../../kit/change.ts";
import { type Form, type FormField, openForm, refuse, textIn, withFields } from "../../kit/form.ts";
import { formScreen } from "../../kit/form-screen.ts";
import { textField } from "../../kit/text-field.ts";
import { escape } from "../../format/escape.ts";
import type { Screen, SshKeyOwner } from "../../kit/screen.ts";

type Fields = { text: "publicKey" | "label"; secret: never; choice: never };

export type AddSshKeyState = {
  readonly kind: "add-ssh-key";
  readonly whose: SshKeyOwner;
  readonly form: Form<Fields>;
};

export function openAddSshKey(whose: SshKeyOwner): AddSshKeyState {
  const form = openForm<Fields>([
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

export const addSshKey: Screen<AddSshKeyState> = formScreen<Fields, AddSshKeyState>(
  ({ whose, form }) => {
    // Before anything is sent: somebody may have pasted their private key.
    const typed = textIn(form, "publicKey");
    const parsed = readSshKeyLine(typed);
    if (!parsed.ok) {
      const [problem] = parsed.error.fields;
      const kept = holdsPrivateKey(typed) ? withFields(form, emptied) : form;
      return { refused: refuse(kept, "publicKey", problem?.message ?? "") };
    }
    const { line, comment } = parsed.value;
    const label = textIn(form, "label").trim();
    const input = {
      publicKey: `${line} ${comment}`.trim(),
      label: label === "" ? undefined : label,
      userId: whose.id,
    };
    return { ask: { procedure: "sshKeys.add", input } };
  },
  {
    "sshKeys.add": (_, { label }) => closing({ command: "changed" }, `${escape(label)} is added.`),
  },
);

/** A private key does not stay on the screen. */
function emptied(field: FormField<Fields>): FormField<Fields> {
  return field.kind === "text" && field.id === "publicKey"
    ? { ...field, text: textField() }
    : field;
}
