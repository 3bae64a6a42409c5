/** How a text was copied. Whether it arrived can't be known, so nothing is claimed. */
export function copiedText(by: string | null, what?: string): string {
  const named = what === undefined ? "" : ` ${what}`;
  return by === null ? `Sent${named} to your terminal's clipboard.` : `Handed${named} to ${by}.`;
}
