import type { Press } from "./press.ts";
import { type Failure, fieldMessage } from "../format/failure.ts";
import { actionFor } from "./keymap.ts";
import { complete, type Offers } from "./completion.ts";
import { editSecret, isBlank, type SecretField } from "./secret-field.ts";
import { editText, type TextField } from "./text-field.ts";

// A form of several fields with two buttons. Screens say what its fields are and what becomes of it.

type FieldBasics = {
  /** Named as the server names it, so that its word on the field finds it. */
  readonly id: string;
  readonly label: string;
  /** What is said below it while nothing is wrong. */
  readonly hint?: string;
  /** There only while another field's choice is one of these. */
  readonly onlyWith?: { readonly id: string; readonly among: readonly number[] };
};

export type FormField = FieldBasics &
  (
    | {
        readonly kind: "text";
        readonly text: TextField;
        readonly required?: true;
        readonly placeholder?: string;
        readonly offers?: Offers;
      }
    | { readonly kind: "secret"; readonly text: SecretField; readonly required?: true }
    | { readonly kind: "choice"; readonly choices: readonly string[]; readonly chosen: number }
  );

export type Form = {
  readonly fields: readonly FormField[];
  /** The id of a field, or one of the two buttons. */
  readonly focus: string;
  /** The button beside Save: `clear` in forms that change nothing but what is looked at. */
  readonly aside: "cancel" | "clear";
  /** Enter leads through the fields one by one, rather than saving as soon as it can. */
  readonly stepwise: boolean;
  /** The change is under way: no key counts until its answer is there. */
  readonly working: boolean;
  readonly failure: Failure | null;
  /** What was found wrong here, by field. */
  readonly problems: Readonly<Record<string, string>>;
  readonly asked: number;
  /** What stood there when it was opened, by field. */
  readonly initial: Readonly<Record<string, string>>;
};

export type FormOutcome = "stay" | "save" | "clear" | "leave" | "ask-to-leave";

export function openForm(
  fields: readonly FormField[],
  options: Partial<Pick<Form, "aside" | "stepwise" | "focus">> = {},
): Form {
  return {
    fields,
    focus: fields[0]?.id ?? "save",
    aside: "cancel",
    stepwise: false,
    working: false,
    failure: null,
    problems: {},
    asked: 0,
    initial: Object.fromEntries(fields.map((field) => [field.id, trace(field)])),
    ...options,
  };
}

/** The fields that are there now. */
export function fieldsIn({ fields }: Form): readonly FormField[] {
  return fields.filter(({ onlyWith }) => {
    if (onlyWith === undefined) return true;
    const decides = fields.find(({ id }) => id === onlyWith.id);
    return decides?.kind === "choice" && onlyWith.among.includes(decides.chosen);
  });
}

/** What was typed into a text field. */
export function textIn({ fields }: Form, id: string): string {
  const field = fields.find((candidate) => candidate.id === id);
  return field?.kind === "text" ? field.text.text : "";
}

/** What was typed into a secret one. */
export function secretIn({ fields }: Form, id: string): SecretField["text"] {
  const field = fields.find((candidate) => candidate.id === id);
  if (field?.kind !== "secret") throw new Error(`the form has no secret ${id}`);
  return field.text.text;
}

/** Which of its choices a field has. */
export function chosenIn({ fields }: Form, id: string): number {
  const field = fields.find((candidate) => candidate.id === id);
  return field?.kind === "choice" ? field.chosen : 0;
}

export function isChanged({ fields, initial }: Form): boolean {
  return fields.some((field) => trace(field) !== initial[field.id]);
}

/** The form after a key, and what the key asked for. On `save` the form is at work already. */
export function pressForm(form: Form, press: Press): readonly [Form, FormOutcome] {
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

/** What was typed stays; the word stands beside its field, and typing goes on there. */
export function failForm(form: Form, failure: Failure): Form {
  const stopped = { ...form, working: false, failure };
  const named = fieldsIn(form).find(({ id }) => fieldMessage(failure, id) !== null);
  return { ...stopped, focus: named?.id ?? form.fields[0]?.id ?? "save" };
}

/** Not sent at all: a field does not hold. */
export function refuse(form: Form, id: string, problem: string): Form {
  return { ...form, working: false, problems: { [id]: problem }, focus: id };
}

/** Fields that say or offer something else than before; what was typed stays. */
export function withFields(form: Form, change: (field: FormField) => FormField): Form {
  return { ...form, fields: form.fields.map(change) };
}

/** What is wrong with a field. */
export function problemOf({ problems, failure }: Form, id: string): string | null {
  return problems[id] ?? fieldMessage(failure, id);
}

/** What was refused and belongs to no field. */
export function generalFailure(form: Form): Failure | null {
  const { failure } = form;
  const named = fieldsIn(form).some(({ id }) => fieldMessage(failure, id) !== null);
  return named ? null : failure;
}

/** The next or previous one, round and round. */
export function stepIn<Item>(items: readonly Item[], current: Item, by: number): Item {
  const at = items.indexOf(current);
  return items[(at + by + items.length) % items.length] ?? current;
}

function ringOf(form: Form): readonly string[] {
  return [...fieldsIn(form).map(({ id }) => id), form.aside, "save"];
}

function step(form: Form, by: number): Form {
  return { ...form, focus: stepIn(ringOf(form), form.focus, by) };
}

function sideways(form: Form, by: number): Form {
  const field = form.fields.find(({ id }) => id === form.focus);
  if (field?.kind !== "choice") return step(form, by);
  const chosen = Math.min(field.choices.length - 1, Math.max(0, field.chosen + by));
  return withField(form, { ...field, chosen });
}

/** `null` where the key belongs to no field. */
function edit(form: Form, press: Press): Form | null {
  const field = form.fields.find(({ id }) => id === form.focus);
  if (field === undefined || field.kind === "choice") return null;
  if (field.kind === "secret") {
    // Whoever types ahead means Enter: no secret has lines.
    const text = press.name === "enter" ? null : editSecret(field.text, press);
    return text && withField(form, { ...field, text }, press.text === null);
  }
  // In the midst of a chunk it may be a paste of several lines, unless one goes from field to field.
  if (press.name === "enter" && form.stepwise) return null;
  const completed =
    press.name === "right" && field.offers ? complete(field.text, field.offers) : null;
  const text = completed ?? editText(field.text, press);
  return text && withField(form, { ...field, text }, text.text === field.text.text);
}

/** What was said of a field holds until something else stands in it. */
function withField(form: Form, field: FormField, same = false): Form {
  const fields = form.fields.map((other) => (other.id === field.id ? field : other));
  return same ? { ...form, fields } : { ...form, fields, failure: null, problems: {} };
}

function enter(form: Form): readonly [Form, FormOutcome] {
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

function save(form: Form): readonly [Form, FormOutcome] {
  return [{ ...form, working: true, failure: null, problems: {}, asked: form.asked + 1 }, "save"];
}

function leave(form: Form): readonly [Form, FormOutcome] {
  const asks = form.aside === "cancel" && isChanged(form);
  return [form, asks ? "ask-to-leave" : "leave"];
}

function isEmpty(field: FormField): boolean {
  if (field.kind === "choice") return false;
  return field.kind === "secret" ? isBlank(field.text) : field.text.text.trim() === "";
}

/** What tells whether a field was changed. Of a secret only whether there is one. */
function trace(field: FormField): string {
  switch (field.kind) {
    case "text":
      return field.text.text;
    case "secret":
      return isBlank(field.text) ? "" : "typed";
    case "choice":
      return String(field.chosen);
  }
}
