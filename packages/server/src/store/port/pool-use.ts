/** The usage of one pool of connections. */
export type PoolUse = {
  readonly pool: string;
  /** Lent, or being opened. */
  readonly inUse: number;
  readonly idle: number;
  /** Borrowers that wait for one. */
  readonly waiting: number;
  readonly max: number;
};
