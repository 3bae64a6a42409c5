import type { Asked, Output, Reply, Request } from "./request.ts";
import type { Command } from "./screen.ts";

// What a dialog does that changes something, whether it is a question or a form.

/** The result of pressing its button: a request, or commands at once if there is nothing to request. */
export type Decision = { readonly ask: Request } | { readonly commands: readonly Command[] };

/** What to do with successful replies, by their procedure. */
export type Answers<State> = {
  readonly [Name in Asked]?: (state: State, value: Output<Name>) => readonly Command[];
};

/** The same for one answer; `null` if it was not waited for. */
export function onAnswer<State>(
  answers: Answers<State>,
  { procedure, ask }: Reply,
  asked: number,
): ((state: State, value: unknown) => readonly Command[]) | null {
  if (ask !== asked) return null;
  return (answers[procedure] as ReturnType<typeof onAnswer<State>> | undefined) ?? null;
}

/** Done: the dialog closes, and a notice says so. */
export function closing(changed: Command, text: string): readonly Command[] {
  return [{ command: "close" }, changed, { command: "notify", notice: { tone: "info", text } }];
}
