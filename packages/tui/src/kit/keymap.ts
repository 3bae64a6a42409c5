import type { Press } from "./press.ts";

// The one table of keys: it feeds what is dispatched, the hint line, the help, the palette and
// docs/keys.md.

export type Binding = {
  readonly action: string;
  /** Names of presses, as app/input.ts gives them; the first one is shown in the hint line. */
  readonly keys: readonly string[];
  /** The word in the hint line; bindings without one are in the help alone. */
  readonly hint?: string;
  /** A shorter one, for where not all have room. */
  readonly short?: string;
  /** Where not all have room, those of more worth come first, and those of less last. */
  readonly worth?: "more" | "less";
  /** Keeps its place in the hint line however narrow that is. */
  readonly stays?: true;
  /** Only moves about: nothing to look for in the palette. */
  readonly moves?: true;
  /** Heard on all pages: in the palette it would only lead back there. */
  readonly everywhere?: true;
  readonly help: string;
};

const move = [
  { action: "up", keys: ["up", "k"], help: "One up", moves: true },
  { action: "down", keys: ["down", "j"], help: "One down", moves: true },
] as const satisfies readonly Binding[];

/** On a page of lines, which says so where there are more of them. */
const scroll = [move[0], { ...move[1], hint: "scroll" }] as const satisfies readonly Binding[];

const ends = [
  { action: "first", keys: ["g", "home"], help: "To the first", moves: true },
  { action: "last", keys: ["G", "end"], help: "To the last", moves: true },
  { action: "screen-up", keys: ["pageup", "ctrl-b"], help: "A screen up", moves: true },
  { action: "screen-down", keys: ["pagedown", "ctrl-f"], help: "A screen down", moves: true },
] as const satisfies readonly Binding[];

const focus = [
  { action: "next", keys: ["tab", "down"], hint: "next", help: "Next field or button" },
  { action: "previous", keys: ["shift-tab", "up"], help: "Previous field or button" },
] as const satisfies readonly Binding[];

export const keymap = {
  "key-list": [
    { action: "new", keys: ["n"], hint: "new", worth: "more", help: "Create a key" },
    { action: "open", keys: ["enter"], hint: "open", help: "Open the key" },
    { action: "edit", keys: ["e"], hint: "edit", help: "Edit its title" },
    { action: "actions", keys: ["a"], hint: "actions", help: "What can be done with it" },
    { action: "owners", keys: ["o"], hint: "all", help: "Mine, or everybody's (admins)" },
    {
      action: "search",
      keys: ["/"],
      hint: "search",
      worth: "more",
      help: "Search title or token",
    },
    {
      action: "filter",
      keys: ["f"],
      hint: "filter",
      worth: "more",
      help: "Filter by status or date",
    },
    { action: "sort", keys: ["s"], hint: "sort", worth: "more", help: "Sort by another column" },
    { action: "reverse", keys: ["S"], help: "Reverse the order" },
    { action: "next-page", keys: ["right", "]"], help: "Next page of 20" },
    { action: "previous-page", keys: ["left", "["], help: "Previous page of 20" },
    ...move,
    ...ends,
    { action: "rotate", keys: ["t"], help: "Rotate the key" },
    { action: "revoke", keys: ["x"], help: "Revoke the key" },
    { action: "delete", keys: ["X"], help: "Delete a revoked key" },
    { action: "copy", keys: ["y"], help: "Copy the redacted token" },
    { action: "clear", keys: ["escape"], help: "Clear search and filters" },
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
    { action: "quit", keys: ["q"], help: "Quit" },
  ],
  search: [
    { action: "done", keys: ["enter", "down"], hint: "to the list", help: "Keep the search" },
    { action: "clear", keys: ["escape"], hint: "clear", help: "Clear the search" },
  ],
  "key-detail": [
    { action: "edit", keys: ["e"], hint: "edit", help: "Edit the title" },
    { action: "revoke", keys: ["x"], hint: "revoke", help: "Revoke the key" },
    { action: "rotate", keys: ["t"], hint: "rotate", help: "Rotate: a new token in its place" },
    { action: "delete", keys: ["X"], hint: "delete", help: "Delete a revoked key" },
    {
      action: "copy",
      keys: ["y"],
      hint: "copy redacted",
      short: "copy",
      help: "Copy the redacted token",
    },
    { action: "json", keys: ["v"], hint: "json", help: "The key as JSON" },
    {
      action: "back",
      keys: ["escape", "q", "left"],
      hint: "back",
      stays: true,
      help: "Back to where you were",
    },
    { action: "actions", keys: ["a"], help: "What can be done with it" },
    ...move,
    ...ends,
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
  ],
  "created-key": [
    { action: "toggle", keys: ["s"], hint: "show", help: "Show or hide the token" },
    { action: "copy", keys: ["c"], hint: "copy", help: "Send it to the clipboard" },
    {
      action: "continue",
      keys: ["enter", "escape", "q"],
      hint: "continue",
      help: "On to the key",
    },
    { action: "help", keys: ["?"], help: "This help" },
  ],
  audit: [
    { action: "open", keys: ["enter"], hint: "open", help: "Everything about the event" },
    {
      action: "key",
      keys: ["o"],
      hint: "its key",
      short: "key",
      help: "The key that it is about",
    },
    { action: "filter", keys: ["f"], hint: "filter", help: "Filter by person, type or key" },
    { action: "only-actor", keys: ["A"], help: "Only what this person did" },
    { action: "only-type", keys: ["T"], help: "Only events of this type" },
    { action: "only-key", keys: ["K"], help: "Only what happened to this key" },
    { action: "next-page", keys: ["right", "]"], hint: "older", help: "Older events" },
    { action: "previous-page", keys: ["left", "["], help: "Newer events" },
    ...move,
    {
      action: "first",
      keys: ["g", "home"],
      hint: "newest",
      help: "To the newest; it then follows",
    },
    { action: "last", keys: ["G", "end"], help: "To the last of these", moves: true },
    { action: "screen-up", keys: ["pageup", "ctrl-b"], help: "A screen up", moves: true },
    { action: "screen-down", keys: ["pagedown", "ctrl-f"], help: "A screen down", moves: true },
    { action: "clear", keys: ["escape"], help: "Clear the filters" },
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
    { action: "quit", keys: ["q"], help: "Quit" },
  ],
  event: [
    {
      action: "key",
      keys: ["o"],
      hint: "its key",
      short: "key",
      help: "The key that it is about",
    },
    { action: "older", keys: ["]", "right"], hint: "older", help: "The event before it" },
    { action: "newer", keys: ["["], hint: "newer", help: "The event after it" },
    {
      action: "back",
      keys: ["escape", "q", "left"],
      hint: "back",
      stays: true,
      help: "Back to the log",
    },
    ...move,
    ...ends,
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
  ],
  json: [
    ...scroll,
    ...ends,
    {
      action: "back",
      keys: ["escape", "q", "v", "left"],
      hint: "back",
      stays: true,
      help: "Back to the key",
    },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
  ],
  "sign-in": [
    ...focus,
    {
      action: "press",
      keys: ["enter"],
      hint: "sign in",
      help: "On, sign in, or press the button",
    },
    { action: "right", keys: ["right"], help: "Next button" },
    { action: "left", keys: ["left"], help: "Previous button" },
    { action: "quit-now", keys: ["q"], help: "Quit, where a button has the focus" },
    { action: "quit", keys: ["escape"], hint: "quit", help: "To Quit; there it quits" },
  ],
  form: [
    ...focus,
    { action: "save", keys: ["ctrl-s", "ctrl-enter"], hint: "save", help: "Save" },
    { action: "press", keys: ["enter"], help: "Save, or press the button" },
    { action: "right", keys: ["right"], help: "Next button" },
    { action: "left", keys: ["left"], help: "Previous button" },
    { action: "cancel", keys: ["escape"], hint: "cancel", help: "Leave without saving" },
  ],
  confirm: [
    { action: "next", keys: ["tab", "down", "j"], hint: "next", help: "Next row or button" },
    { action: "previous", keys: ["shift-tab", "up", "k"], help: "Previous row or button" },
    { action: "right", keys: ["right", "l"], help: "Next choice or button" },
    { action: "left", keys: ["left", "h"], help: "Previous choice or button" },
    { action: "press", keys: ["enter", " "], hint: "choose", help: "Press the button" },
    { action: "cancel", keys: ["escape", "q"], hint: "cancel", help: "Leave it as it is" },
  ],
  over: [{ action: "close", keys: ["enter", "escape", "q"], hint: "close", help: "Close" }],
  "key-actions": [
    ...move,
    { action: "press", keys: ["enter"], hint: "choose", help: "Do it" },
    { action: "edit", keys: ["e"], help: "Edit its title" },
    { action: "rotate", keys: ["t"], help: "Rotate the key" },
    { action: "revoke", keys: ["x"], help: "Revoke the key" },
    { action: "delete", keys: ["X"], help: "Delete a revoked key" },
    { action: "copy", keys: ["y"], help: "Copy the redacted token" },
    { action: "close", keys: ["escape", "q", "a"], hint: "close", help: "Close" },
  ],
  filter: [
    ...focus,
    { action: "right", keys: ["right"], hint: "change", help: "Next choice" },
    { action: "left", keys: ["left"], help: "Previous choice" },
    { action: "apply", keys: ["ctrl-s", "ctrl-enter"], help: "Apply" },
    { action: "press", keys: ["enter"], hint: "apply", help: "Apply, or press the button" },
    { action: "cancel", keys: ["escape"], hint: "cancel", help: "Leave the filters as they were" },
  ],
  users: [
    { action: "new", keys: ["n"], hint: "add", help: "Add a user" },
    { action: "open", keys: ["enter"], hint: "open", help: "Everything about the user" },
    { action: "role", keys: ["e"], hint: "role", help: "Give them another role" },
    {
      action: "toggle",
      keys: ["x"],
      hint: "disable",
      worth: "more",
      help: "Disable, or enable again",
    },
    {
      action: "password",
      keys: ["p"],
      hint: "password",
      worth: "more",
      help: "Give them another password",
    },
    {
      action: "ssh-keys",
      keys: ["s"],
      hint: "SSH keys",
      short: "SSH",
      worth: "more",
      help: "Their SSH keys",
    },
    {
      action: "keys",
      keys: ["o"],
      hint: "their keys",
      short: "keys",
      help: "Their secret API keys",
    },
    { action: "search", keys: ["/"], hint: "search", help: "Search email or name" },
    ...move,
    ...ends,
    { action: "clear", keys: ["escape"], help: "Clear the search" },
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
    { action: "quit", keys: ["q"], help: "Quit" },
  ],
  user: [
    { action: "role", keys: ["e"], hint: "role", help: "Give them another role" },
    { action: "toggle", keys: ["x"], hint: "disable", help: "Disable, or enable again" },
    { action: "password", keys: ["p"], hint: "password", help: "Give them another password" },
    { action: "ssh-keys", keys: ["s"], hint: "SSH keys", short: "SSH", help: "Their SSH keys" },
    {
      action: "keys",
      keys: ["o"],
      hint: "their keys",
      short: "keys",
      help: "Their secret API keys",
    },
    {
      action: "back",
      keys: ["escape", "q", "left"],
      hint: "back",
      stays: true,
      help: "Back to the users",
    },
    ...move,
    ...ends,
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
  ],
  "ssh-keys": [
    { action: "new", keys: ["n"], hint: "add", help: "Add an SSH key" },
    { action: "remove", keys: ["x"], hint: "remove", help: "Remove the SSH key" },
    {
      action: "copy",
      keys: ["y"],
      hint: "copy fingerprint",
      short: "copy",
      help: "Copy its fingerprint",
    },
    { action: "back", keys: ["escape", "q", "left"], hint: "back", stays: true, help: "Back" },
    ...move,
    ...ends,
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
  ],
  profile: [
    { action: "password", keys: ["p"], hint: "password", help: "Change the password" },
    {
      action: "ssh-keys",
      keys: ["s"],
      hint: "SSH keys",
      short: "SSH",
      help: "One's own SSH keys",
    },
    { action: "end", keys: ["x"], hint: "end session", help: "End the session" },
    ...move,
    ...ends,
    { action: "refresh", keys: ["r"], help: "Load again" },
    { action: "help", keys: ["?"], hint: "help", help: "This help" },
    { action: "quit", keys: ["q"], help: "Quit" },
  ],
  palette: [
    { action: "up", keys: ["up", "ctrl-p", "shift-tab"], help: "One up" },
    { action: "down", keys: ["down", "ctrl-n", "tab"], hint: "next", help: "One down" },
    { action: "press", keys: ["enter"], hint: "choose", help: "Do it, go there, open the key" },
    { action: "close", keys: ["escape"], hint: "close", help: "Close" },
  ],
  jump: [
    { action: "key-list", keys: ["k"], hint: "keys", help: "Secret API keys" },
    { action: "audit", keys: ["a"], hint: "audit", help: "Audit log" },
    { action: "users", keys: ["u"], hint: "users", help: "Users (admins)" },
    { action: "profile", keys: ["p"], hint: "profile", help: "Profile" },
    { action: "cancel", keys: ["escape"], hint: "stay", help: "Stay here" },
  ],
  sort: [
    ...move,
    { action: "order", keys: ["left", "right", " ", "S"], hint: "order", help: "Other order" },
    { action: "press", keys: ["enter"], hint: "apply", help: "Sort like this" },
    { action: "cancel", keys: ["escape", "q"], hint: "cancel", help: "Leave the order as it was" },
  ],
  help: [
    ...scroll,
    ...ends,
    { action: "close", keys: ["escape", "?", "q", "enter"], hint: "close", help: "Close" },
  ],
  failed: [
    { action: "retry", keys: ["r"], hint: "try again", help: "Try again" },
    { action: "quit", keys: ["q", "escape"], hint: "quit", help: "Quit" },
  ],
} as const satisfies Record<string, readonly Binding[]>;

/** Heard above every screen. */
export const everywhere = [
  { action: "quit", keys: ["ctrl-c"], help: "Quit at once" },
  { action: "suspend", keys: ["ctrl-z"], help: "To the shell; fg is back" },
] as const satisfies readonly Binding[];

/** Heard on pages that can be left for anywhere: nothing there would be lost. */
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

/** What a press means in a context, or `null` where it means nothing. */
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

/** Everything that is heard in a context, its own keys first; help stands last. */
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

/** How a key is written for people. */
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

/** What each context is called, for the help and docs/keys.md. */
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
