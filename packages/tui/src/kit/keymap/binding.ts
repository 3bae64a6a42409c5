export type Binding = {
  readonly action: string;
  /** Names of presses, as press.ts gives them; the first one is shown in the hint line. */
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

export const move = [
  { action: "up", keys: ["up", "k"], help: "One up", moves: true },
  { action: "down", keys: ["down", "j"], help: "One down", moves: true },
] as const satisfies readonly Binding[];

/** On a page of lines, which says so where there are more of them. */
export const scroll = [
  move[0],
  { ...move[1], hint: "scroll" },
] as const satisfies readonly Binding[];

export const ends = [
  { action: "first", keys: ["g", "home"], help: "To the first", moves: true },
  { action: "last", keys: ["G", "end"], help: "To the last", moves: true },
  { action: "screen-up", keys: ["pageup", "ctrl-b"], help: "A screen up", moves: true },
  { action: "screen-down", keys: ["pagedown", "ctrl-f"], help: "A screen down", moves: true },
] as const satisfies readonly Binding[];

export const focus = [
  { action: "next", keys: ["tab", "down"], hint: "next", help: "Next field or button" },
  { action: "previous", keys: ["shift-tab", "up"], help: "Previous field or button" },
] as const satisfies readonly Binding[];
