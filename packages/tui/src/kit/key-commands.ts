import type { ApiKey } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import { type KeyAction, refusalText } from "./key-action.ts";
import type { Context, Command } from "./screen.ts";

/** What a command on a key opens: its dialog, or a message why not. */
export function commandsFor(action: KeyAction, key: ApiKey, { now }: Context): readonly Command[] {
  const text = refusalText(action, key, now);
  if (text !== null) return [{ command: "notify", notice: { tone: "error", text } }];
  switch (action) {
    case "edit":
      return [{ command: "open", route: { to: "edit-key", key } }];
    case "rotate":
      return [{ command: "open", route: { to: "rotate-key", key } }];
    case "revoke":
      return [{ command: "open", route: { to: "revoke-key", key } }];
    case "delete":
      return [{ command: "open", route: { to: "delete-key", key } }];
    case "copy":
      return [{ command: "copy", text: key.redacted, what: escape(key.redacted) }];
  }
}
