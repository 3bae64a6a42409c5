import { keysOfApplication } from "./keymap/anywhere.ts";
import type { Binding } from "./keymap/binding.ts";
import { keysOfDialogs } from "./keymap/dialogs.ts";
import { keysOfKeys } from "./keymap/keys.ts";
import { keysOfLog } from "./keymap/log.ts";
import { keysOfPeople } from "./keymap/people.ts";
import type { Press } from "./press.ts";

// The one table of keys: dispatch, the hint line, the help, the palette and docs/keys.md are made from it.

export const keymap = {
  ...keysOfKeys,
  ...keysOfLog,
  ...keysOfPeople,
  ...keysOfDialogs,
  ...keysOfApplication,
} as const;

/** Keys of every screen. */
export const everywhere = [
  { action: "quit", keys: ["ctrl-c"], help: "Quit at once" },
  { action: "suspend", keys: ["ctrl-z"], help: "To the shell; fg is back" },
] as const satisfies readonly Binding[];

/** Keys of pages that can be left at any time: nothing there would be lost. */
const anywhere = [
  {
    action: "jump",
    keys: [","],
    hint: "go to",
    worth: "less",
    help: "Then a letter: elsewhere",
    everywhere: true,
  },
  {
    action: "palette",
    keys: [":"],
    hint: "commands",
    help: "Find a command or a key",
    everywhere: true,
  },
] as const satisfies readonly Binding[];

const leavable: readonly KeyContext[] = [
  "key-list",
  "key-detail",
  "json",
  "audit",
  "event",
  "users",
  "user",
  "ssh-keys",
  "profile",
];

export type KeyContext = keyof typeof keymap;
export type Command<Context extends KeyContext> = (typeof keymap)[Context][number]["action"];

/** What a press means in a context, or `null` if nothing. */
export function actionFor<Context extends KeyContext>(
  context: Context,
  press: Press,
): Command<Context> | null {
  const bindings: readonly Binding[] = keymap[context];
  const binding = bindings.find(({ keys }) => keys.includes(press.name));
  return (binding?.action as Command<Context> | undefined) ?? null;
}

/** What a press means on every page that can be left, or `null` elsewhere. */
export function commandAnywhere(
  context: KeyContext,
  press: Press,
): (typeof anywhere)[number]["action"] | null {
  if (!leavable.includes(context)) return null;
  return anywhere.find(({ keys }) => keys.some((key) => key === press.name))?.action ?? null;
}

/** All keys of a context, its own first; help is last. */
export function bindingsOf(context: KeyContext): readonly Binding[] {
  const own: readonly Binding[] = keymap[context];
  if (!leavable.includes(context)) return own;
  const help = own.filter(({ action }) => action === "help");
  return [...own.filter(({ action }) => action !== "help"), ...anywhere, ...help];
}

const shown: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  escape: "esc",
  pageup: "pgup",
  pagedown: "pgdn",
  " ": "space",
  "ctrl-enter": "ctrl-⏎",
};

/** A key's name for people. */
export function keyName(name: string): string {
  return shown[name] ?? name;
}

/** The key that is shown for a command. */
export function keyOf<Context extends KeyContext>(
  context: Context,
  action: Command<Context>,
): string {
  const bindings: readonly Binding[] = keymap[context];
  return keyName(bindings.find((binding) => binding.action === action)?.keys[0] ?? "");
}

export type Hint = {
  readonly action: string;
  readonly key: string;
  readonly word: string;
  readonly short?: string | undefined;
  readonly worth?: Binding["worth"];
  readonly stays?: true | undefined;
};

/** The hint line of a context, in the order of the table. */
export function hintsOf(context: KeyContext): Hint[] {
  return bindingsOf(context).flatMap(({ action, keys: [key], hint, short, worth, stays }) =>
    hint === undefined || key === undefined
      ? []
      : [{ action, key: keyName(key), word: hint, short, worth, stays }],
  );
}

/** The help of a context: every binding with all its keys. */
export function helpOf(context: KeyContext): { readonly keys: string; readonly help: string }[] {
  const bindings: readonly Binding[] = [...bindingsOf(context), ...everywhere];
  return bindings.map(({ keys, help }) => ({ keys: keys.map(keyName).join(" "), help }));
}

/** The contexts' names, for the help and docs/keys.md. */
export const contextNames = {
  "key-list": "List of keys",
  search: "Search",
  "key-detail": "A key's page",
  "created-key": "A new token",
  audit: "Audit log",
  event: "An event",
  json: "JSON",
  users: "Users",
  user: "A user's page",
  "ssh-keys": "SSH keys",
  profile: "Profile",
  palette: "Commands, screens and keys",
  jump: "After a comma",
  form: "A form",
  confirm: "A question",
  over: "A question that has settled itself",
  "key-actions": "Actions on a key",
  filter: "Filter of the list",
  sort: "Order of the list",
  help: "Help",
  "sign-in": "Signing in",
  failed: "No connection",
} as const satisfies Record<KeyContext, string>;
