/** What a client over SSH may use. */
export type SshBounds = {
  /** From the connection to a valid signature. */
  readonly authenticateMs: number;
  /** Refused keys and signatures on one connection. */
  readonly attempts: number;
  /** Unauthenticated connections: in total, and from one network. */
  readonly unproven: number;
  readonly unprovenPerNetwork: number;
  /** Counted from the proof on, with or without a channel. */
  readonly connectionsPerUser: number;
  /** A connection without a running program ends after this long. */
  readonly unusedMs: number;
  readonly channelsPerConnection: number;
  readonly channelsPerMinute: number;
  /** Of one connection: everything that is neither data nor a window adjustment. */
  readonly requestsPerMinute: number;
  readonly rekeysPerMinute: number;
  /** The smallest maximum packet size with which a channel may be opened. */
  readonly minPacketBytes: number;
  /** The longest command line. */
  readonly commandBytes: number;
  /** Of one connection: unread input. */
  readonly unreadBytes: number;
  /** Of one connection: output that its client has not read. */
  readonly unsentBytes: number;
  /** After this long without a key pressed the terminal closes. */
  readonly idleMs: number;
  /** How long before it is announced. */
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
