// How a request is sent by the client, and its response received.

/** What the client sends, and what it reads of the answer. `url` is absolute. */
export type Outgoing = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
};
export type Incoming = {
  readonly status: number;
  readonly ok: boolean;
  /** Whether it comes from another URL than the request's. */
  readonly redirected?: boolean;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
  /** As it comes: for streams of events. */
  readonly body: AsyncIterable<Uint8Array> | null;
};
export type Transport = (outgoing: Outgoing) => Promise<Incoming>;
