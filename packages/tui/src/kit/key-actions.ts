import type { ApiKey } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import { type KeyCommand, refusalText } from "./key-command.ts";
import type { Context, Wish } from "./screen.ts";

/** What a command on a key leads to: its dialog, or a word on why not. */
export function wishesFor(command: KeyCommand, key: ApiKey, { now }: Context): readonly Wish[] {
  const text = refusalText(command, key, now);
  if (text !== null) return [{ wish: "notify", notice: { tone: "error", text } }];
  switch (command) {
    case "edit":
      return [{ wish: "open", route: { to: "edit-key", key } }];
    case "rotate":
      return [{ wish: "open", route: { to: "rotate-key", key } }];
    case "revoke":
      return [{ wish: "open", route: { to: "revoke-key", key } }];
    case "delete":
      return [{ wish: "open", route: { to: "delete-key", key } }];
    case "copy":
      return [{ wish: "copy", text: key.redacted, what: escape(key.redacted) }];
  }
}
