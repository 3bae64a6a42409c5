// The way a request goes from the client, and its answer back.

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
  /** Whether it comes from elsewhere than where the request went. */
  readonly redirected?: boolean;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
  /** As it comes: for streams of events. */
  readonly body: AsyncIterable<Uint8Array> | null;
};
export type Transport = (outgoing: Outgoing) => Promise<Incoming>;
