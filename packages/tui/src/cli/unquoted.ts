/** What nobody takes for a part of a secret: a word, an option, a small number or a duration. */
const ORDINARY = /^(-{0,2}[a-z]{1,20}([.-][a-z]{1,20}){0,3}|-?\d{1,9}[a-z]?)$/;
/** Which ones were too many helps nobody, and each may be a password. */
const TOO_MANY = / but got (\d+): .*\.$/m;

/**
 * An error in the usage without the arguments that it quotes, but for ordinary words: a token, a piece of
 * one or a password that was given as an argument would stay in a CI's log.
 */
export function unquoted(message: string, args: readonly string[]): string {
  return args
    .filter((arg) => !ORDINARY.test(arg))
    .flatMap((arg) => [arg, arg.slice(arg.indexOf("=") + 1)])
    .filter((secret) => secret !== "" && !ORDINARY.test(secret))
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (text, secret) => text.replaceAll(secret, "…"),
      message.replace(TOO_MANY, " but got $1."),
    );
}
