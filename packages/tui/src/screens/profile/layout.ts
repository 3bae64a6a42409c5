/** Header, gap, four facts, gap, heading, column heads, message, hints. */
const OTHER_LINES = 11;

/** How many sessions are seen at once. */
export function visibleSessions(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}
