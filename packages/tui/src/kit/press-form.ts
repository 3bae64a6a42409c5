import { complete } from "./completion.ts";
import { type FieldIds, fieldsIn, type Form, type FormField, isChanged } from "./form.ts";
import { actionFor } from "./keymap.ts";
import { stepIn } from "./movement.ts";
import type { Press } from "./press.ts";
import { editSecret, isBlank } from "./secret-field.ts";
import { editText } from "./text-field.ts";

// What keys do in a form.

export type FormOutcome = "stay" | "save" | "clear" | "leave" | "ask-to-leave";

/** The form after a key, and what the key requests. On `save` the form is already working. */
export function pressForm<Ids extends FieldIds>(
  form: Form<Ids>,
  press: Press,
): readonly [Form<Ids>, FormOutcome] {
  if (form.working) return [form, "stay"];
  const edited = edit(form, press);
  if (edited !== null) return [edited, "stay"];
  switch (actionFor("form", press)) {
    case "next":
      return [step(form, 1), "stay"];
    case "previous":
      return [step(form, -1), "stay"];
    case "right":
      return [sideways(form, 1), "stay"];
    case "left":
      return [sideways(form, -1), "stay"];
    case "save":
      return save(form);
    case "press":
      return enter(form);
    case "cancel":
      return leave(form);
    case null:
      return [form, "stay"];
  }
}

function ringOf<Ids extends FieldIds>(form: Form<Ids>): readonly Form<Ids>["focus"][] {
  return [...fieldsIn(form).map(({ id }) => id), form.aside, "save"];
}

function step<Ids extends FieldIds>(form: Form<Ids>, by: number): Form<Ids> {
  return { ...form, focus: stepIn(ringOf(form), form.focus, by) };
}

function sideways<Ids extends FieldIds>(form: Form<Ids>, by: number): Form<Ids> {
  const field = form.fields.find(({ id }) => id === form.focus);
  if (field?.kind !== "choice") return step(form, by);
  const chosen = Math.min(field.choices.length - 1, Math.max(0, field.chosen + by));
  return withField(form, { ...field, chosen });
}

/** `null` if the key belongs to no field. */
function edit<Ids extends FieldIds>(form: Form<Ids>, press: Press): Form<Ids> | null {
  const field = form.fields.find(({ id }) => id === form.focus);
  if (field === undefined || field.kind === "choice") return null;
  if (field.kind === "secret") {
    // Fast typing means Enter: no secret has lines.
    const text = press.name === "enter" ? null : editSecret(field.text, press);
    return text && withField(form, { ...field, text }, press.text === null);
  }
  // Inside a chunk it may be a paste of several lines, unless Enter goes from field to field.
  if (press.name === "enter" && form.stepwise) return null;
  const completed =
    press.name === "right" && field.offers ? complete(field.text, field.offers) : null;
  const text = completed ?? editText(field.text, press);
  return text && withField(form, { ...field, text }, text.text === field.text.text);
}

/** A field's message is shown until its value changes. */
function withField<Ids extends FieldIds>(
  form: Form<Ids>,
  field: FormField<Ids>,
  same = false,
): Form<Ids> {
  const fields = form.fields.map((other) => (other.id === field.id ? field : other));
  return same ? { ...form, fields } : { ...form, fields, failure: null, problem: null };
}

function enter<Ids extends FieldIds>(form: Form<Ids>): readonly [Form<Ids>, FormOutcome] {
  if (form.focus === "clear") return [form, "clear"];
  if (form.focus === "cancel") return leave(form);
  if (form.focus === "save") return save(form);
  const there = fieldsIn(form);
  if (form.stepwise && form.focus !== there.at(-1)?.id) return [step(form, 1), "stay"];
  const missing = there.find(
    (field) => field.kind !== "choice" && field.required && isEmpty(field),
  );
  if (missing === undefined || missing.id === form.focus) return save(form);
  return [{ ...form, focus: missing.id }, "stay"];
}

function save<Ids extends FieldIds>(form: Form<Ids>): readonly [Form<Ids>, FormOutcome] {
  return [{ ...form, working: true, failure: null, problem: null, asked: form.asked + 1 }, "save"];
}

function leave<Ids extends FieldIds>(form: Form<Ids>): readonly [Form<Ids>, FormOutcome] {
  const asks = form.aside === "cancel" && isChanged(form);
  return [form, asks ? "ask-to-leave" : "leave"];
}

function isEmpty(field: FormField): boolean {
  if (field.kind === "choice") return false;
  return field.kind === "secret" ? isBlank(field.text) : field.text.text.trim() === "";
}
