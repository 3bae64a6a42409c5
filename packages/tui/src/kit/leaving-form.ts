import type { Command } from "./screen.ts";
import type { FormOutcome } from "./form.ts";

/** What comes of a form that is left: a changed one asks first. */
export function leavingForm(outcome: Exclude<FormOutcome, "save">): readonly Command[] {
  switch (outcome) {
    case "stay":
    case "clear":
      return [];
    case "leave":
      return [{ command: "close" }];
    case "ask-to-leave":
      return [{ command: "open", route: { to: "discard-changes" } }];
  }
}
