/**
 * What the screens consist of, and most of what people type: letters of one cell each that never combine. Excludes
 * the soft hyphen and everything that is, or may be part of, an emoji.
 */
const PLAIN =
  /^[\x20-\x7E\xA1-\xAC\xAE-\xFF\u2010-\u2027\u2030-\u205E\u2190-\u21FF\u23CE\u2500-\u25FC]*$/;

/** Whether every UTF-16 unit of a text is a letter of its own, one cell wide. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}
