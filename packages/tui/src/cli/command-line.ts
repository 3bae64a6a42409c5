import { usage } from "../connection/command-error.ts";

/**
 * Splits a command line into words as a shell would: quotes and backslashes, and no other features.
 *
 * @throws CommandError INPUT_INVALID for an unterminated quote
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  const rest = /\s*$/y;
  const word = /\s*((?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+)/y;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    words.push(unquoted(match[1] ?? ""));
    rest.lastIndex = word.lastIndex;
    if (rest.test(line)) return words;
  }
  if (line.trim() === "") return [];
  throw usage("A quote in this command does not end.");
}

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
  );
}
