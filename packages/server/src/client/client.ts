import type { Redacted } from "@latchkey/core";
import { createTRPCClient, httpBatchLink, retryLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "../router.ts";

/** The typed client: `client.keys.list.query({ status: "active" })`. */
export type LatchkeyClient = TRPCClient<AppRouter>;

export type ClientOptions = {
  /** Where the server is, like `https://keys.example.com`. */
  readonly url: string;
  /** A secret API key or a session token. None where the road itself is the proof. */
  readonly token?: string | Redacted<string> | undefined;
  /** Another way to carry requests, such as an application in this process. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The same for whoever does without Web's objects, whose loading takes longer than most commands. */
  readonly carry?: Carry;
};

/** What the client sends, and what it reads of the answer. `url` is absolute. */
export type Outgoing = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
};
export type Incoming = { readonly status: number; readonly ok: boolean; json(): Promise<unknown> };
export type Carry = (outgoing: Outgoing) => Promise<Incoming>;

/** How often a query is asked that gets no answer. */
const QUERY_TRIES = 3;
/** At most so many calls travel in one request; the server takes no more. */
const MAX_BATCH = 10;

/**
 * A client for the server at `url`. Queries go by POST too, so that nothing typed into a search lands
 * in a URL. Failures throw: give them to `errorOf`.
 */
export function createClient(options: ClientOptions): LatchkeyClient {
  const { url, token } = options;
  const carry = options.carry ?? (options.fetch && carryBy(options.fetch));
  const credential = typeof token === "string" ? token : token?.reveal();
  return createTRPCClient<AppRouter>({
    links: [
      // A query that lost its connection asks again; a change might then happen twice.
      retryLink({
        retry: ({ op, error, attempts }) =>
          op.type === "query" && error.data == null && attempts <= QUERY_TRIES,
        retryDelayMs: (attempt) => 50 * 2 ** attempt,
      }),
      httpBatchLink({
        url: new URL("/trpc", url).href,
        methodOverride: "POST",
        maxItems: MAX_BATCH,
        headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
        ...(carry === undefined
          ? {}
          : {
              fetch: async (to: unknown, init: unknown) =>
                carry({ url: String(to), ...(init as Omit<Outgoing, "url">) }),
            }),
      }),
    ],
  });
}

/** Carries by a function from Web's `Request` to its `Response`. */
export function carryBy(fetch: (request: Request) => Promise<Response>): Carry {
  return async ({ url, ...init }) => fetch(new Request(url, init));
}
