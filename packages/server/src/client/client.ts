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
  /** Another way to carry requests, such as a Unix socket. */
  readonly fetch?: (request: Request) => Promise<Response>;
};

/** How often a query is asked that gets no answer. */
const QUERY_TRIES = 3;
/** At most so many calls travel in one request; the server takes no more. */
const MAX_BATCH = 10;

/**
 * A client for the server at `url`. Queries go by POST too, so that nothing typed into a search lands
 * in a URL. Failures throw: give them to `errorOf`.
 */
export function createClient({ url, token, fetch: carry }: ClientOptions): LatchkeyClient {
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
          : { fetch: (input, init) => carry(new Request(input as URL, init as RequestInit)) }),
      }),
    ],
  });
}
