import { Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../format/ahead.ts";

// The options of commands. A bad one is named with what to do, before any request or change.

/** One of Latchkey's commands, with the options common to all. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--json", "print one JSON document on standard output")
    .option("--data-dir <folder>", "the data folder of an embedded installation")
    .option("--url <address>", "the server, like https://keys.example.com")
    .option("--utc", "write times in UTC, not in local time");
}

export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null)
    throw new InvalidArgumentError("Write a duration like 90d, 12h, 30m or 45s.");
  return seconds;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}

/** An option that takes one of a few words; a shell can complete them. */
export function choice(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words).argParser((text: string) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`Use ${words.join(", ")}.`);
  });
}

/** Collects a repeatable option. */
export function gather(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
