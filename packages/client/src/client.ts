import type { DomainError, Redacted } from "@latchkey/core";
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
} from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { EventSource, type FetchLike } from "eventsource";
import type { LatchkeyClient } from "./contract.ts";
import { LocalFailure, localFailureOf } from "./call-error.ts";
import type { Transport, Incoming, Outgoing } from "./transport.ts";
import { otherAnswer, readAnswer } from "./read-answer.ts";
import { serverOrigin } from "./server-url.ts";

export type ClientOptions = {
  /** Where the server is, like `https://keys.example.com`. */
  readonly url: string;
  /** A secret API key or a session token. None if the transport itself is the proof. */
  readonly token?: string | Redacted<string> | undefined;
  /**
   * Allows plain http to another machine, as inside a cluster with a trusted network. The token can be read
   * on the network.
   */
  readonly allowInsecureHttp?: boolean;
  /** How requests are sent, such as to an application in this process. It must not follow redirects. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The same without Web objects, whose loading takes longer than most commands. */
  readonly transport?: Transport;
};

/** How often an unanswered query is sent. */
const QUERY_TRIES = 3;
/** The most calls in one request; the server accepts no more. */
const MAX_BATCH = 10;

const TOO_LARGE: DomainError = {
  code: "INPUT_INVALID",
  fields: [{ field: "", message: "This is more than the server takes in one request. Send less." }],
};

const TOKEN_INVALID: DomainError = {
  code: "INPUT_INVALID",
  fields: [
    {
      field: "token",
      message:
        "It holds a character that no token has, such as a blank, a line end or a byte order mark. Give the token alone.",
    },
  ],
};

/** Whether a token can be sent: as a part of a header, it must be visible ASCII. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]*$/.test(token);
}

/**
 * A client for the server at `url`. Queries go by POST too, so that no search term ends up
 * in a URL. Redirects are not followed, so that the token reaches no other origin. Failures throw: pass
 * them to `errorOf`.
 *
 * @throws LocalFailure INPUT_INVALID for an invalid `url` or `token`
 */
export function createClient(options: ClientOptions): LatchkeyClient {
  const { token } = options;
  const transport = options.transport ?? (options.fetch && transportBy(options.fetch));
  const credential = typeof token === "string" ? token : token?.reveal();
  if (credential !== undefined && !isSendable(credential)) throw new LocalFailure(TOKEN_INVALID);
  const headers: Record<string, string> =
    credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const address = `${serverOrigin(options.url, options.allowInsecureHttp)}/trpc`;
  const calls = [
    // A query that lost its connection is retried; a change might then happen twice.
    retryLink<AnyRouter>({
      retry: ({ op, error, attempts }) =>
        op.type === "query" &&
        error.data == null &&
        mayAnswerLater(localFailureOf(error)) &&
        attempts <= QUERY_TRIES,
      retryDelayMs: (attempt) => 50 * 2 ** attempt,
    }),
    httpBatchLink<AnyRouter>({
      url: address,
      methodOverride: "POST",
      maxItems: MAX_BATCH,
      headers,
      fetch: async (to: unknown, init: unknown) => {
        const outgoing = { url: String(to), ...(init as Omit<Outgoing, "url">) };
        const answer = await (transport ?? byFetch)(outgoing);
        // Refused unread, by the server or a proxy in front of it: it has no tRPC answer.
        if (answer.status === 413) throw new LocalFailure(TOO_LARGE);
        const json = await readAnswer(outgoing, answer);
        return { ok: answer.ok, status: answer.status, json: async () => json };
      },
    }),
  ];
  // Node has no EventSource, and a browser's own sends no `Authorization`.
  const streams = httpSubscriptionLink<AnyRouter, typeof EventSource>({
    url: address,
    EventSource,
    eventSourceOptions: { fetch: streamBy(transport ?? byFetch, headers) },
  });
  const isStream = ({ type }: { type: string }) => type === "subscription";
  const client: unknown = createTRPCClient<AnyRouter>({
    links: [splitLink({ condition: isStream, true: streams, false: calls })],
  });
  return client as LatchkeyClient;
}

/** A proxy answers 5xx while the server behind it restarts. */
function mayAnswerLater(failure: LocalFailure | null): boolean {
  if (failure === null) return true;
  const { error } = failure;
  return error.code === "UNAVAILABLE" && error.why === "not_latchkey" && error.answer.status >= 500;
}

/** A redirect is returned as the answer. Following it would forward the token, and trust its answer. */
const NO_REDIRECT = { redirect: "manual" } as const;

const byFetch = ({ url, ...init }: Outgoing) => fetch(url, { ...init, ...NO_REDIRECT });

/** What `EventSource` expects of `fetch`. */
function streamBy(transport: Transport, credential: Readonly<Record<string, string>>): FetchLike {
  return async (to, init) => {
    const url = String(to);
    const headers = { ...init.headers, ...credential };
    const signal = init.signal instanceof AbortSignal ? { signal: init.signal } : {};
    const answer = await transport({ url, method: "GET", headers, ...signal });
    if (answer.redirected === true) throw otherAnswer(url, answer);
    const { status, headers: answered, body } = answer;
    return { url, status, redirected: false, headers: answered, body: readable(body) };
  };
}

/** The part of a `ReadableStream` that `EventSource` uses. */
function readable(body: Incoming["body"]) {
  if (body === null) return null;
  const chunks = body[Symbol.asyncIterator]();
  const cancel = async () => void (await chunks.return?.());
  return { getReader: () => ({ read: () => chunks.next(), cancel }) };
}

/** A transport by a function from Web's `Request` to its `Response`. */
export function transportBy(fetch: (request: Request) => Promise<Response>): Transport {
  // A request that was garbage-collected no longer gets its signal (Node 24), so this keeps it alive.
  const kept = new WeakMap<AbortSignal, Request>();
  return async ({ url, ...init }) => {
    const request = new Request(url, { ...init, ...NO_REDIRECT });
    if (init.signal !== undefined) kept.set(init.signal, request);
    return fetch(request);
  };
}
