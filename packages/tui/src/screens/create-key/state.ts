import type { ApiKey } from "@latchkey/client";
import { chosenIn, type Form, openForm, refuse, textIn, withFields } from "../../kit/form.ts";
import { formScreen } from "../../kit/form-screen.ts";
import { textField } from "../../kit/text-field.ts";
import { AHEAD_HINT, parseAhead } from "../../format/ahead.ts";
import { exact } from "../../format/time.ts";
import type { Screen, Update } from "../../kit/screen.ts";

type Fields = { text: "title" | "scopes" | "expiresAt"; secret: never; choice: "expires" };

export type CreateKeyState = { readonly kind: "create-key"; readonly form: Form<Fields> };

const DAY_SECONDS = 86_400;
/** `null` is never. The last one is typed. */
const expiries = [
  { label: "never", seconds: null },
  { label: "7 days", seconds: 7 * DAY_SECONDS },
  { label: "30 days", seconds: 30 * DAY_SECONDS },
  { label: "90 days", seconds: 90 * DAY_SECONDS },
  { label: "1 year", seconds: 365 * DAY_SECONDS },
  { label: "other…", seconds: "typed" },
] as const;
/** The number of newest keys in which scopes are looked up. */
const SCOPES_FROM = { owner: "all", limit: 100 } as const;
const TYPED = expiries.length - 1;

export function openCreateKey(now: Date): Update<CreateKeyState> {
  const form = openForm<Fields>([
    {
      kind: "text",
      id: "title",
      label: "Title",
      text: textField(),
      required: true,
      hint: "What will use it? The title tells keys apart later.",
    },
    {
      kind: "text",
      id: "scopes",
      label: "Scopes",
      text: textField(),
      placeholder: "* everything its owner may do",
      hint: "Like orders:read. Empty for everything.",
      offers: { from: [], wordwise: true },
    },
    {
      kind: "choice",
      id: "expires",
      label: "Expires",
      choices: expiries.map(({ label }) => label),
      chosen: 0,
    },
    {
      kind: "text",
      id: "expiresAt",
      label: "Until",
      text: textField(),
      placeholder: "10d, 36h, 2027-01-31",
      onlyWith: { id: "expires", among: [TYPED] },
    },
  ]);
  // Known scopes are offered as soon as they are read.
  return [
    { kind: "create-key", form: withExpiry(form, now) },
    [{ command: "ask", ask: 0, request: { procedure: "keys.list", input: SCOPES_FROM } }],
  ];
}

const filled = formScreen<Fields, CreateKeyState>(
  ({ form }, { now }) => {
    const expiry = expiryIn(form, now);
    if (expiry !== null && "problem" in expiry) {
      return { refused: refuse(form, "expiresAt", expiry.problem) };
    }
    const scopes = textIn(form, "scopes")
      .split(/[\s,]+/)
      .filter((scope) => scope !== "");
    return {
      ask: {
        procedure: "keys.create",
        input: {
          title: textIn(form, "title"),
          scopes: scopes.length === 0 ? undefined : scopes,
          expiresAt: expiry?.at.toISOString(),
        },
      },
    };
  },
  {
    "keys.create": (_, fresh) => [
      { command: "close" },
      { command: "key-changed", key: fresh.key },
      { command: "open", route: { to: "created-key", fresh, rotated: null } },
    ],
  },
);

export const createKey: Screen<CreateKeyState> = {
  press(state, press, context) {
    const [next, commands = []] = filled.press(state, press, context);
    return [{ ...next, form: withExpiry(next.form, context.now) }, commands];
  },
  answer(state, answer, context) {
    if (answer.procedure !== "keys.list") return filled.answer(state, answer, context);
    if (!answer.ok) return [state];
    const offers = { from: scopesIn(answer.value.items), wordwise: true };
    const form = withFields(state.form, (field) =>
      field.id === "scopes" ? { ...field, offers } : field,
    );
    return [{ ...state, form }];
  },
};

/** The most used first. `*` needs no completion. */
function scopesIn(items: readonly ApiKey[]): string[] {
  const counts = new Map<string, number>();
  for (const scope of items.flatMap(({ scopes }) => scopes)) {
    if (scope !== "*") counts.set(scope, (counts.get(scope) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([scope]) => scope);
}

function expiryIn(form: Form<Fields>, now: Date): ReturnType<typeof parseAhead> | null {
  const seconds = expiries[chosenIn(form, "expires")]?.seconds ?? null;
  if (seconds === null) return null;
  if (seconds === "typed") return parseAhead(textIn(form, "expiresAt"), now);
  return { at: new Date(now.getTime() + seconds * 1000) };
}

/** The choice, as an instant. */
function withExpiry(form: Form<Fields>, now: Date): Form<Fields> {
  const expiry = expiryIn(form, now);
  const typed = chosenIn(form, "expires") === TYPED;
  const until = expiry !== null && "at" in expiry ? `Works until ${exact(expiry.at)}.` : "";
  return withFields(form, (field) => {
    if (field.id === "expires") return { ...field, hint: typed ? "" : until };
    return field.id === "expiresAt" ? { ...field, hint: until || AHEAD_HINT } : field;
  });
}
