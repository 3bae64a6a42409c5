import type { Wish } from "./screen.ts";
import type { FormOutcome } from "./form.ts";

/** What comes of a form that is left: a changed one asks first. */
export function leavingForm(outcome: Exclude<FormOutcome, "save">): readonly Wish[] {
  switch (outcome) {
    case "stay":
    case "clear":
      return [];
    case "leave":
      return [{ wish: "close" }];
    case "ask-to-leave":
      return [{ wish: "open", route: { to: "discard-changes" } }];
  }
}
