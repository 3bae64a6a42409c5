import { type Failure, fieldMessage } from "../format/failure.ts";
import type { Offers } from "./completion.ts";
import { isBlank, type SecretField } from "./secret-field.ts";
import type { TextField } from "./text-field.ts";

// A form of several fields with two buttons. Screens define its fields and what saving does.

/** The names of a form's fields, by kind; `never` if there is none of a kind. */
export type FieldIds = { readonly text: string; readonly secret: string; readonly choice: string };

type IdOf<Ids extends FieldIds> = Ids["text"] | Ids["secret"] | Ids["choice"];

type FieldBasics<Ids extends FieldIds> = {
  readonly label: string;
  /** Shown below it while nothing is wrong. */
  readonly hint?: string;
  /** Only there while another field's choice is one of these. */
  readonly onlyWith?: { readonly id: Ids["choice"]; readonly among: readonly number[] };
};

/** `id` is the server's name for it, so that its message on the field finds it. */
export type FormField<Ids extends FieldIds = FieldIds> = FieldBasics<Ids> &
  (
    | {
        readonly kind: "text";
        readonly id: Ids["text"];
        readonly text: TextField;
        readonly required?: true;
        readonly placeholder?: string;
        readonly offers?: Offers;
      }
    | {
        readonly kind: "secret";
        readonly id: Ids["secret"];
        readonly text: SecretField;
        readonly required?: true;
      }
    | {
        readonly kind: "choice";
        readonly id: Ids["choice"];
        readonly choices: readonly string[];
        readonly chosen: number;
      }
  );

export type Form<Ids extends FieldIds = FieldIds> = {
  readonly fields: readonly FormField<Ids>[];
  readonly focus: IdOf<Ids> | "cancel" | "clear" | "save";
  /** The button beside Save: `clear` in forms that only change what is shown. */
  readonly aside: "cancel" | "clear";
  /** Enter goes through the fields one by one, rather than saving as soon as it can. */
  readonly stepwise: boolean;
  /** The change is under way: keys are ignored until its answer is there. */
  readonly working: boolean;
  readonly failure: Failure | null;
  /** What was found wrong here. */
  readonly problem: { readonly id: IdOf<Ids>; readonly text: string } | null;
  readonly asked: number;
  /** The values when it was opened. */
  readonly initial: readonly FormField<Ids>[];
};

export function openForm<Ids extends FieldIds>(
  fields: readonly FormField<Ids>[],
  options: Partial<Pick<Form<Ids>, "aside" | "stepwise">> = {},
): Form<Ids> {
  return {
    fields,
    focus: fields[0]?.id ?? "save",
    aside: "cancel",
    stepwise: false,
    working: false,
    failure: null,
    problem: null,
    asked: 0,
    initial: fields,
    ...options,
  };
}

/** The fields that are there now. */
export function fieldsIn<Ids extends FieldIds>({ fields }: Form<Ids>): readonly FormField<Ids>[] {
  return fields.filter(({ onlyWith }) => {
    if (onlyWith === undefined) return true;
    const decides = fields.find(({ id }) => id === onlyWith.id);
    return decides?.kind === "choice" && onlyWith.among.includes(decides.chosen);
  });
}

/** What was typed into a text field. */
export function textIn<Ids extends FieldIds>(
  { fields }: Pick<Form<Ids>, "fields">,
  id: Ids["text"],
): string {
  return fieldOf(fields, "text", id).text.text;
}

/** What was typed into a secret one. */
export function secretIn<Ids extends FieldIds>(
  { fields }: Form<Ids>,
  id: Ids["secret"],
): SecretField["text"] {
  return fieldOf(fields, "secret", id).text.text;
}

/** Which of its choices a field has. */
export function chosenIn<Ids extends FieldIds>({ fields }: Form<Ids>, id: Ids["choice"]): number {
  return fieldOf(fields, "choice", id).chosen;
}

function fieldOf<Kind extends FormField["kind"]>(
  fields: readonly FormField[],
  kind: Kind,
  id: string,
): Extract<FormField, { kind: Kind }> {
  const found = fields.find((field) => field.kind === kind && field.id === id);
  if (found === undefined) throw new Error(`the form has no ${kind} ${id}`);
  return found as Extract<FormField, { kind: Kind }>;
}

export function isChanged({ fields, initial }: Pick<Form, "fields" | "initial">): boolean {
  return fields.some((field, at) => trace(field) !== trace(initial[at] ?? field));
}

/** What was typed stays; the message is shown beside its field, and typing continues there. */
export function failForm<Ids extends FieldIds>(form: Form<Ids>, failure: Failure): Form<Ids> {
  const stopped = { ...form, working: false, failure };
  const named = fieldsIn(form).find(({ id }) => fieldMessage(failure, id) !== null);
  return { ...stopped, focus: named?.id ?? form.fields[0]?.id ?? "save" };
}

/** Not sent: a field is invalid. */
export function refuse<Ids extends FieldIds>(
  form: Form<Ids>,
  id: IdOf<Ids>,
  text: string,
): Form<Ids> {
  return { ...form, working: false, problem: { id, text }, focus: id };
}

/** Fields whose texts or choices changed; what was typed stays. */
export function withFields<Ids extends FieldIds>(
  form: Form<Ids>,
  change: (field: FormField<Ids>) => FormField<Ids>,
): Form<Ids> {
  return { ...form, fields: form.fields.map(change) };
}

/** What is wrong with a field. */
export function problemOf({ problem, failure }: Form, id: string): string | null {
  return problem?.id === id ? problem.text : fieldMessage(failure, id);
}

/** A refusal that belongs to no field. */
export function generalFailure(form: Form): Failure | null {
  const { failure } = form;
  const named = fieldsIn(form).some(({ id }) => fieldMessage(failure, id) !== null);
  return named ? null : failure;
}

/** What shows whether a field was changed. Of a secret only whether there is one. */
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
