import type { Press } from "../app/input.ts";
import type { Failure } from "../format/failure.ts";
import { commandFor } from "../keymap.ts";
import { editText, type TextField, textField } from "./text-field.ts";

/** The form of one field, Title, that creating and editing share. */
export type TitleForm = {
  readonly title: TextField;
  readonly initial: string;
  readonly focus: "title" | "cancel" | "save";
  /** The change is under way: no key counts until its answer is there. */
  readonly working: boolean;
  readonly failure: Failure | null;
  readonly asked: number;
};

export type FormOutcome = "stay" | "save" | "leave" | "ask-to-leave";

const ring = ["title", "cancel", "save"] as const;

export function titleForm(initial = ""): TitleForm {
  return {
    title: textField(initial),
    initial,
    focus: "title",
    working: false,
    failure: null,
    asked: 0,
  };
}

function isChanged(form: TitleForm): boolean {
  return form.title.text !== form.initial;
}

/** The form after a key, and what the key asked for. On `save` the form is at work already. */
export function pressForm(form: TitleForm, press: Press): readonly [TitleForm, FormOutcome] {
  if (form.working) return [form, "stay"];
  if (form.focus === "title") {
    const title = editText(form.title, press);
    if (title !== null) {
      const failure = title.text === form.title.text ? form.failure : null;
      return [{ ...form, title, failure }, "stay"];
    }
  }
  switch (commandFor("form", press)) {
    case "next":
    case "right":
      return [{ ...form, focus: stepIn(ring, form.focus, 1) }, "stay"];
    case "previous":
    case "left":
      return [{ ...form, focus: stepIn(ring, form.focus, -1) }, "stay"];
    case "save":
      return save(form);
    case "press":
      return form.focus === "cancel" ? leave(form) : save(form);
    case "cancel":
      return leave(form);
    case null:
      return [form, "stay"];
  }
}

/** What was typed stays; the failure stands beside it, and typing goes on. */
export function failForm(form: TitleForm, failure: Failure): TitleForm {
  return { ...form, working: false, failure, focus: "title" };
}

/** The next or previous one, round and round. */
export function stepIn<Item>(items: readonly Item[], current: Item, by: number): Item {
  const at = items.indexOf(current);
  return items[(at + by + items.length) % items.length] ?? current;
}

function save(form: TitleForm): readonly [TitleForm, FormOutcome] {
  return [{ ...form, working: true, failure: null, asked: form.asked + 1 }, "save"];
}

function leave(form: TitleForm): readonly [TitleForm, FormOutcome] {
  return [form, isChanged(form) ? "ask-to-leave" : "leave"];
}
