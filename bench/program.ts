import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fixture } from "./fixture.ts";

/** A program of bench/programs in a process of its own, until the group ends. */
export type Program<Question, Answer> = {
  readonly ask: (question: Question) => Promise<Answer>;
};

/** What a program tells its parent: an answer, or why there is none. */
type Told<Answer> = { readonly answer: Answer } | { readonly failed: string };

export function startProgram<Question extends object, Answer>(
  { atEnd }: Fixture,
  name: string,
): Program<Question, Answer> {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const child = fork(file, [], {
    execArgv: ["--conditions=@latchkey/source"],
    // Its log goes nowhere, but it is written.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  const ended = once(child, "exit").then(([code]): Told<Answer> => {
    return { failed: `the program ${name} ended with ${code}` };
  });
  atEnd(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  return {
    ask: async (question) => {
      child.send(question);
      const heard = once(child, "message") as Promise<[Told<Answer>]>;
      const observer = await Promise.race([heard.then(([message]) => message), ended]);
      if ("failed" in observer) throw new Error(`${name}: ${observer.failed}`);
      return observer.answer;
    },
  };
}

/** The other end: answers each question, and ends when its parent does. */
export function answerParent(
  answer: (question: never) => Promise<unknown>,
  end: () => Promise<void> = async () => {},
): void {
  const tell = (observer: Told<unknown>) => process.send?.(observer);
  process.on("message", (question) => {
    answer(question as never).then(
      (value) => tell({ answer: value }),
      (error: Error) => tell({ failed: error.stack ?? error.message }),
    );
  });
  process.on("disconnect", () => void end().finally(() => process.exit(0)));
}
