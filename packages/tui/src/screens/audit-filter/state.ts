import { eventTypes } from "@latchkey/core";
import type { ApiKey } from "@latchkey/client";
import { type AuditFilter, noAuditFilter } from "../../kit/audit-filter.ts";
import { type Form, type FormField, openForm, refuse, textIn, withFields } from "../../kit/form.ts";
import { leavingForm } from "../../kit/form-screen.ts";
import { pressForm } from "../../kit/press-form.ts";
import { textField } from "../../kit/text-field.ts";
import { personText } from "../../format/person.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { seesEverybody } from "../../format/people.ts";

const SEARCH_DELAY_MILLISECONDS = 180;
const KEYS_OFFERED = 6;

type Fields = { text: "type" | "actorId" | "keyId"; secret: never; choice: never };

export type AuditFilterState = {
  readonly kind: "audit-filter";
  readonly form: Form<Fields>;
  /** The keys to choose from, by their text in the field. */
  readonly keys: readonly NonNullable<AuditFilter["key"]>[];
  readonly typed: number;
  readonly asked: number;
};

export function openAuditFilter(filter: AuditFilter, context: Context): AuditFilterState {
  const { type, actorId, key } = filter;
  const emails = Object.values(context.people.byId).map(({ email }) => email);
  const own = context.principal === null ? [] : [context.principal.email];
  const fields: FormField<Fields>[] = [
    {
      kind: "text",
      id: "type",
      label: "What happened",
      text: textField(type ?? ""),
      placeholder: "anything",
      offers: { from: eventTypes, wordwise: false },
    },
    {
      kind: "text",
      id: "actorId",
      label: "By whom",
      text: textField(actorId === null ? "" : personText(actorId, context)),
      placeholder: "anybody",
      offers: { from: [...new Set([...own, ...emails])], wordwise: false },
    },
    {
      kind: "text",
      id: "keyId",
      label: "To which key",
      text: textField(key?.title ?? ""),
      placeholder: "any",
      hint: "A part of its title or token; → takes what is found.",
    },
  ];
  const form = openForm<Fields>(fields, { aside: "clear" });
  return { kind: "audit-filter", form, keys: key === null ? [] : [key], typed: 0, asked: 0 };
}

export const auditFilter: Screen<AuditFilterState> = {
  press(state, press, context) {
    const [form, outcome] = pressForm(state.form, press);
    const next = { ...state, form };
    if (outcome === "clear") return applied(next, noAuditFilter);
    if (outcome === "save") return save(next, context);
    if (textIn(form, "keyId") === textIn(state.form, "keyId")) return [next, leavingForm(outcome)];
    const typed = state.typed + 1;
    return [
      { ...next, typed },
      [{ command: "wait", milliseconds: SEARCH_DELAY_MILLISECONDS, number: typed }],
    ];
  },
  elapsed(state, number, { principal }) {
    const search = textIn(state.form, "keyId").trim();
    if (number !== state.typed || search === "" || keyWritten(state, search) !== null)
      return [state];
    const asked = state.asked + 1;
    const owner = seesEverybody(principal) ? "all" : "me";
    const input = { search, owner, limit: KEYS_OFFERED } as const;
    return [
      { ...state, asked },
      [{ command: "ask", ask: asked, request: { procedure: "keys.list", input } }],
    ];
  },
  wordFor: (_state, action) => (action === "save" ? "apply" : null),
  answer(state, answer) {
    if (answer.procedure !== "keys.list" || answer.ask !== state.asked || !answer.ok)
      return [state];
    const keys = answer.value.items.map(writtenKey);
    const offers = { from: keys.map(({ title }) => title), wordwise: false };
    const form = withFields(state.form, (field) =>
      field.id === "keyId" ? { ...field, offers } : field,
    );
    return [{ ...state, keys, form }];
  },
};

/** Titles need not differ, so the redacted token is beside them. */
function writtenKey({ id, title, redacted }: ApiKey): NonNullable<AuditFilter["key"]> {
  return { id, title: `${title} ${redacted}` };
}

function keyWritten({ keys }: AuditFilterState, text: string): AuditFilter["key"] {
  return keys.find(({ title }) => title === text) ?? null;
}

function save(state: AuditFilterState, context: Context): Update<AuditFilterState> {
  const written = (id: Fields["text"]): string => textIn(state.form, id).trim();
  const [type, actor, key] = [written("type"), written("actorId"), written("keyId")] as const;
  const wrong = (id: Fields["text"], problem: string): Update<AuditFilterState> => [
    { ...state, form: refuse(state.form, id, problem) },
  ];
  if (type !== "" && !/^[a-z_.]{1,64}$/.test(type)) {
    return wrong("type", "Write a type like key.revoked.");
  }
  const actorId = userWith(actor, context);
  if (actor !== "" && actorId === null) return wrong("actorId", "Nobody with this email is known.");
  const found = keyWritten(state, key);
  if (key !== "" && found === null) {
    return wrong("keyId", "Take one of the keys that are found, with →.");
  }
  return applied(state, { type: type || null, actorId, key: found });
}

function userWith(email: string, { people, principal }: Context): string | null {
  if (principal !== null && principal.email === email) return principal.userId;
  return Object.values(people.byId).find((user) => user.email === email)?.id ?? null;
}

function applied(state: AuditFilterState, filter: AuditFilter): Update<AuditFilterState> {
  return [state, [{ command: "close" }, { command: "send", message: { about: "audit", filter } }]];
}
