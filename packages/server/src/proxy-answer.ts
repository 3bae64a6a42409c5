import type { ServerResponse } from "node:http";
import { type DomainError, describeError, type VerifyOutcome } from "@latchkey/core";

// What `/verify` answers to a reverse proxy: a status and headers (RFC 6750, section 3), and a sentence
// for callers to whom a proxy hands the whole answer.

type Headers = Readonly<Record<string, string>>;

export type ProxyAnswer = {
  readonly status: 200 | 400 | 401 | 403 | 429 | 500 | 503;
  readonly headers: Headers;
  readonly body: string;
};

const REALM = 'Bearer realm="latchkey"';
/** On every answer: a proxy that finds a header missing would leave the caller's own in its place. */
const NOBODY = { "latchkey-key-id": "", "latchkey-owner-id": "", "latchkey-scopes": "" };

/** No credential was presented, so the challenge holds no error (RFC 6750, section 3.1). */
export const NOTHING_PRESENTED: ProxyAnswer = unauthorized(REALM);
/** One and the same, byte for byte, for all that does not hold: it tells nobody what there is. */
export const NOT_GOOD: ProxyAnswer = unauthorized(`${REALM}, error="invalid_token"`);

/** @param required the scopes that were asked for */
export function verdictAnswer(outcome: VerifyOutcome, required: readonly string[]): ProxyAnswer {
  switch (outcome.outcome) {
    case "VALID":
      return {
        status: 200,
        headers: {
          "latchkey-key-id": outcome.keyId,
          "latchkey-owner-id": outcome.ownerId,
          "latchkey-scopes": outcome.scopes.join(" "),
        },
        body: "",
      };
    case "INSUFFICIENT_SCOPE": {
      const scope = required.join(" ");
      return refused(403, `The API key needs ${scope}. Use a key that has it.`, {
        "www-authenticate": `${REALM}, error="insufficient_scope", scope="${scope}"`,
      });
    }
    case "NOT_FOUND":
    case "REVOKED":
    case "EXPIRED":
    case "OWNER_DISABLED":
      return NOT_GOOD;
  }
}

type Failure = Extract<DomainError, { code: keyof typeof failureStatus }>;

const failureStatus = {
  SCOPE_INVALID: 400,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} satisfies Partial<Record<DomainError["code"], ProxyAnswer["status"]>>;

/** What is no verdict: the proxy asked wrongly, or nobody can tell just now. */
export function failureAnswer(error: Failure): ProxyAnswer {
  return refused(failureStatus[error.code], describeError(error), retryAfter(error));
}

export function sendAnswer(response: ServerResponse, { status, headers, body }: ProxyAnswer): void {
  response.writeHead(status, {
    ...headers,
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function unauthorized(challenge: string): ProxyAnswer {
  const sentence = "The API key is missing, unknown or no longer good. Send one that is.";
  return refused(401, sentence, { "www-authenticate": challenge });
}

function retryAfter(error: Failure): Headers {
  if (error.code === "RATE_LIMITED") return { "retry-after": String(error.retryAfterSeconds) };
  return error.code === "UNAVAILABLE" ? { "retry-after": "1" } : {};
}

function refused(status: ProxyAnswer["status"], sentence: string, headers: Headers): ProxyAnswer {
  return {
    status,
    headers: { ...NOBODY, ...headers, "content-type": "application/json" },
    body: JSON.stringify({ error: sentence }),
  };
}
