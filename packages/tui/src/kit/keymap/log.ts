import { type Binding, ends, move } from "./binding.ts";

/** Where events are listed and shown. */
export const keysOfLog = {
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
} as const satisfies Record<string, readonly Binding[]>;
