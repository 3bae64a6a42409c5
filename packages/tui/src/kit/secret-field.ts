import { Redacted } from "@latchkey/core";
import type { Press } from "./press.ts";
import { graphemes } from "../format/width.ts";
import { editText, type TextField } from "./text-field.ts";

/** One line of text that is typed but never seen. `cursor` counts graphemes. */
export type SecretField = { readonly text: Redacted<string>; readonly cursor: number };

export function secretField(): SecretField {
  return { text: new Redacted(""), cursor: 0 };
}

/** The field after a key, or `null` if the key is not one of a text field's. */
export function editSecret(field: SecretField, press: Press): SecretField | null {
  const edited = editText({ text: field.text.reveal(), cursor: field.cursor }, press);
  return edited === null ? null : { text: new Redacted(edited.text), cursor: edited.cursor };
}

export function isBlank(field: SecretField): boolean {
  return field.text.reveal() === "";
}

/** Whether what was typed twice is not the same. */
export function secretsDiffer(first: Redacted<string>, second: Redacted<string>): boolean {
  return first.reveal() !== second.reveal();
}

/** What is drawn of it: a dot a letter. */
export function maskSecret({ text, cursor }: SecretField): TextField {
  return { text: "•".repeat(graphemes(text.reveal()).length), cursor };
}
