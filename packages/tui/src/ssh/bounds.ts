/** What somebody who comes by SSH may take. */
export type SshBounds = {
  /** From the connection to the proof of who it is. */
  readonly authenticateMs: number;
  /** Keys that may be tried on one connection. */
  readonly attempts: number;
  /** Connections that have not proven anything: in all, and from one address. */
  readonly unproven: number;
  readonly unprovenPerAddress: number;
  readonly connectionsPerUser: number;
  readonly channelsPerConnection: number;
  /** After so long without a key pressed the terminal is left. */
  readonly idleMs: number;
  /** It is said so long before. */
  readonly warningMs: number;
  readonly keepaliveMs: number;
};

export const BOUNDS: SshBounds = {
  authenticateMs: 20_000,
  attempts: 3,
  unproven: 512,
  unprovenPerAddress: 32,
  connectionsPerUser: 20,
  channelsPerConnection: 10,
  idleMs: 30 * 60_000,
  warningMs: 60_000,
  keepaliveMs: 30_000,
};
