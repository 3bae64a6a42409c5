import { type Binding, ends, scroll } from "./binding.ts";

/** What is above every screen, or in its place. */
export const keysOfApplication = {
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
