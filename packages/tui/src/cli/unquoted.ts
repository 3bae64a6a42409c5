/** What can't be a part of a secret: a word, an option, a small number or a duration. */
const ORDINARY = /^(-{0,2}[a-z]{1,20}([.-][a-z]{1,20}){0,3}|-?\d{1,9}[a-z]?)$/;
/** Listing excess arguments helps nobody, and each may be a password. */
const TOO_MANY = / but got (\d+): .*\.$/m;

/**
 * A usage error without the arguments that it quotes, except ordinary words: a token, a part of one or a password
 * that was given as an argument would stay in a CI log.
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
