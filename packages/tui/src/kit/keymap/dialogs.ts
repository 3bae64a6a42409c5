import { type Binding, focus } from "./binding.ts";

/** Where something is filled in or decided. */
export const keysOfDialogs = {
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
} as const satisfies Record<string, readonly Binding[]>;
