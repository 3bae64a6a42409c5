import type { SshdConnection } from "../src/connection/sshd-connection.ts";

/** A session that nobody works with: of mia@example.com, for twelve hours. */
export function idleSession(more: Partial<SshdConnection> = {}): SshdConnection {
  return {
    client: {} as never,
    place: "over SSH",
    follow: () => () => {},
    userId: "usr_mia",
    email: "mia@example.com",
    expiresAt: new Date(Date.now() + 12 * 60 * 60_000),
    over: new Promise(() => {}),
    close: async () => {},
    ...more,
  };
}
