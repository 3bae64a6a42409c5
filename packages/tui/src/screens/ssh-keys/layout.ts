import type { SshKey } from "@latchkey/client";
import { fitColumns, MARGINS, roomBeside } from "../../format/columns.ts";
import { width } from "../../format/width.ts";

/** Lines that are no keys: header, gap, summary, gap, column heads, message, hints. */
const OTHER_LINES = 7;
const MIN_LABEL = 12;
const MAX_LABEL = 40;
const ENOUGH_LABEL = 20;
const MIN_STANDING = "not proven".length;
const MAX_STANDING = 40;
/** Still shows that somebody else added it, and mostly who. */
const ENOUGH_STANDING = 24;
/** The same if a fingerprint has to be cut as well: enough of that is left to identify it. */
const NARROW_STANDING = 19;
const FINGERPRINT = 50;
const MOMENT = 11;

export function visibleSshKeys(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/**
 * The proof is cut first; then the last use is dropped, then when it was added; at last the fingerprint is cut.
 *
 * @param standings each key's proof, in words
 */
export function sshKeyColumns(
  columns: number,
  keys: readonly SshKey[],
  standings: readonly string[],
) {
  const wanted = Math.max(MIN_LABEL, ...keys.map(({ label }) => Math.min(MAX_LABEL, width(label))));
  const longest = Math.max(MIN_STANDING, ...standings.map(width));
  const whole = Math.min(longest, MAX_STANDING);
  const least = Math.min(longest, ENOUGH_STANDING);
  const enough = Math.min(wanted, ENOUGH_LABEL);
  const { chosen, left } = fitColumns(
    columns,
    [FINGERPRINT],
    [
      { standing: whole, added: MOMENT, used: MOMENT },
      { standing: least, added: MOMENT, used: MOMENT },
      { standing: least, added: MOMENT, used: 0 },
      { standing: least, added: 0, used: 0 },
    ],
    enough,
  );
  if (left >= enough) {
    return { ...chosen, fingerprint: FINGERPRINT, label: Math.min(wanted, left) };
  }
  const standing = Math.min(longest, NARROW_STANDING);
  const fingerprint = roomBeside(columns - MARGINS, [enough, standing]);
  return {
    standing,
    added: 0,
    used: 0,
    label: enough,
    fingerprint: Math.min(FINGERPRINT, fingerprint),
  };
}
