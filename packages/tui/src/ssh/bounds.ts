/** What somebody who comes by SSH may take. */
export type SshBounds = {
  /** From the connection to the proof of who it is. */
  readonly authenticateMs: number;
  /** Keys and signatures that may be refused on one connection. */
  readonly attempts: number;
  /** Connections that have not proven anything: in all, and from one network. */
  readonly unproven: number;
  readonly unprovenPerNetwork: number;
  /** Counted from the proof on, with or without a channel. */
  readonly connectionsPerUser: number;
  /** A connection on which nothing has run for so long ends. */
  readonly unusedMs: number;
  readonly channelsPerConnection: number;
  readonly channelsPerMinute: number;
  /** Of one connection: whatever is neither data nor room for data. */
  readonly requestsPerMinute: number;
  readonly rekeysPerMinute: number;
  /** The smallest maximum packet size with which a channel may be opened. */
  readonly minPacketBytes: number;
  /** The longest command line. */
  readonly commandBytes: number;
  /** Of one connection: data that no program has read yet. */
  readonly unreadBytes: number;
  /** Of one connection: what its client has not taken from the network. */
  readonly unsentBytes: number;
  /** After so long without a key pressed the terminal is left. */
  readonly idleMs: number;
  /** It is said so long before. */
  readonly warningMs: number;
  readonly keepaliveMs: number;
};

export const BOUNDS: SshBounds = {
  authenticateMs: 20_000,
  attempts: 6,
  unproven: 512,
  unprovenPerNetwork: 32,
  connectionsPerUser: 20,
  unusedMs: 60_000,
  channelsPerConnection: 10,
  channelsPerMinute: 300,
  requestsPerMinute: 3_000,
  rekeysPerMinute: 30,
  minPacketBytes: 1024,
  commandBytes: 16 * 1024,
  unreadBytes: 6 * 1024 * 1024,
  unsentBytes: 4 * 1024 * 1024,
  idleMs: 30 * 60_000,
  warningMs: 60_000,
  keepaliveMs: 30_000,
};
