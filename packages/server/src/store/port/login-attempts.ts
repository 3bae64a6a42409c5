/** How often something may be attempted within a window, counted by a name such as an account's. */
export type AttemptLimit = {
  readonly kind: "account" | "address" | "known";
  readonly points: number;
  readonly windowSeconds: number;
};

/** Attempted logins, in the database, so that all servers count together. */
export type LoginAttemptStore = {
  /** Counts one more; returns how long to wait, in seconds, or 0 if it may go ahead. */
  countAttempt(limit: AttemptLimit, name: string): Promise<number>;
  /** Removes those under a name, and some whose window is over. */
  forgetAttempts(limit: AttemptLimit, name: string): Promise<void>;
};
