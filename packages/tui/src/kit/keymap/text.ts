import type { Press } from "../press.ts";
import type { Binding } from "./binding.ts";

/** Keys of a text field, beside the letters that it takes. */
export const keysOfText = [
  { action: "left", keys: ["left"], help: "One letter left" },
  { action: "right", keys: ["right"], help: "One letter right; at the end, take what is offered" },
  { action: "start", keys: ["home", "ctrl-a"], help: "To the start" },
  { action: "end", keys: ["end", "ctrl-e"], help: "To the end" },
  { action: "delete-before", keys: ["backspace"], help: "Delete the letter before" },
  { action: "delete-after", keys: ["delete", "ctrl-d"], help: "Delete the letter after" },
  { action: "delete-to-start", keys: ["ctrl-u"], help: "Delete everything before" },
  { action: "delete-to-end", keys: ["ctrl-k"], help: "Delete everything after" },
  { action: "delete-word", keys: ["ctrl-w"], help: "Delete the word before" },
] as const satisfies readonly Binding[];

/** What a press that writes nothing means in a text field, or `null` if nothing. */
export function textActionFor(press: Press): (typeof keysOfText)[number]["action"] | null {
  return keysOfText.find(({ keys }) => keys.some((key) => key === press.name))?.action ?? null;
}
