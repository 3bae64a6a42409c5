/** Marks whose form alone shows which row has the focus and which choice is selected. Each is one cell wide. */
export type Marks = {
  readonly cursor: string;
  readonly chosen: string;
  readonly other: string;
  /** Around the button that has the focus. */
  readonly button: readonly [before: string, after: string];
  /** Before the current screen. */
  readonly here: string;
};

export const unicodeMarks: Marks = {
  cursor: "▌",
  chosen: "◉",
  other: "○",
  button: ["▌", "▐"],
  here: "›",
};

const asciiMarks: Marks = { cursor: ">", chosen: "*", other: "o", button: ["[", "]"], here: ">" };

/**
 * ASCII if the locale is set and is not UTF-8 (POSIX: `LC_ALL`, then `LC_CTYPE`, then `LANG`): tmux, for one,
 * then draws everything else as the same underscore. Without a locale nothing is known.
 */
export function marksFor(env: NodeJS.ProcessEnv): Marks {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  return locale === undefined || locale === "" || /utf-?8/i.test(locale)
    ? unicodeMarks
    : asciiMarks;
}
