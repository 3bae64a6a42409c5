/** How often something may be tried within a window, counted by a name such as an account's. */
export type AttemptLimit = {
  readonly kind: "account" | "address" | "known";
  readonly points: number;
  readonly windowSeconds: number;
};

/** Logins that were tried, in the database, so that all servers count together. */
export type LoginAttemptStore = {
  /** Counts one more; gives how long to wait, in seconds, or 0 where it may go on. */
  countAttempt(limit: AttemptLimit, name: string): Promise<number>;
  /** Forgets those under a name, and some whose window is over. */
  forgetAttempts(limit: AttemptLimit, name: string): Promise<void>;
};
