// When a person's session is over: some time after its last use, and at an absolute end.

/** A session that is not used ends after a week. */
export const SESSION_IDLE_SECONDS = 7 * 86_400;
/** Every session ends after 30 days. */
export const SESSION_MAX_SECONDS = 30 * 86_400;
/** One that a public key started over SSH ends after half a day. */
export const SSH_SESSION_MAX_SECONDS = 12 * 3600;
/** The precision of the last use, so that not every request is a write. */
const SESSION_SEEN_SECONDS = 60;

export type SessionEnds = { readonly lastSeenAt: Date; readonly expiresAt: Date };

/** Whether a session has ended by then: idle for too long, or past its longest time. */
export function isSessionOver(ends: SessionEnds, now: Date): boolean {
  return endOfSession(ends) <= now;
}

/** When the session is over, unless it is used until then. */
export function endOfSession({ lastSeenAt, expiresAt }: SessionEnds): Date {
  const idleUntil = lastSeenAt.getTime() + SESSION_IDLE_SECONDS * 1000;
  return new Date(Math.min(idleUntil, expiresAt.getTime()));
}

/** Whether the last use is old enough to be written again. */
export function isSeenStale({ lastSeenAt }: SessionEnds, now: Date): boolean {
  return secondsSince(lastSeenAt, now) >= SESSION_SEEN_SECONDS;
}

function secondsSince(at: Date, now: Date): number {
  return (now.getTime() - at.getTime()) / 1000;
}
