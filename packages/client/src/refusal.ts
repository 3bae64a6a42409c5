import { type DomainError, describeError, type VerifyOutcome } from "@latchkey/core";

// What a caller is told whose key does not pass: a status and a challenge (RFC 6750, section 3), and a
// sentence.

type Headers = Readonly<Record<string, string>>;

export type Refusal = {
  readonly status: 400 | 401 | 403 | 429 | 500 | 503;
  readonly headers: Headers;
  readonly body: string;
};

const REALM = 'Bearer realm="latchkey"';

/** No credential was presented, so the challenge holds no error (RFC 6750, section 3.1). */
export const NOTHING_PRESENTED: Refusal = unauthorized(REALM);
/** One and the same, byte for byte, for all that does not hold: it tells nobody what there is. */
export const NOT_GOOD: Refusal = unauthorized(`${REALM}, error="invalid_token"`);

/** @param required the scopes that were asked for */
export function refusalOf(
  { outcome }: Exclude<VerifyOutcome, { outcome: "VALID" }>,
  required: readonly string[],
): Refusal {
  switch (outcome) {
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
  INPUT_INVALID: 400,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} satisfies Partial<Record<DomainError["code"], Refusal["status"]>>;

/** What is no verdict: somebody asked wrongly, or nobody can tell just now. */
export function failureRefusal(error: Failure): Refusal {
  return refused(failureStatus[error.code], describeError(error), retryAfter(error));
}

function unauthorized(challenge: string): Refusal {
  const sentence = "The API key is missing, unknown or no longer good. Send one that is.";
  return refused(401, sentence, { "www-authenticate": challenge });
}

function retryAfter(error: Failure): Headers {
  if (error.code === "RATE_LIMITED") return { "retry-after": String(error.retryAfterSeconds) };
  return error.code === "UNAVAILABLE" ? { "retry-after": "1" } : {};
}

function refused(status: Refusal["status"], sentence: string, headers: Headers): Refusal {
  return {
    status,
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ error: sentence }),
  };
}
