import { type DomainError, describeError, type VerifyOutcome } from "@latchkey/core";

// The response to a caller whose key is refused: a status and a challenge (RFC 6750, section 3), and a
// message.

type Headers = Readonly<Record<string, string>>;

export type Refusal = {
  readonly status: 400 | 401 | 403 | 429 | 500 | 503;
  readonly headers: Headers;
  readonly body: string;
};

const REALM = 'Bearer realm="latchkey"';

/** No credential was presented, so the challenge has no error (RFC 6750, section 3.1). */
export const NOTHING_PRESENTED: Refusal = unauthorized(REALM);
/** The same, byte for byte, for every invalid key: it reveals nothing. */
export const NOT_GOOD: Refusal = unauthorized(`${REALM}, error="invalid_token"`);

/** @param required the scopes that were required */
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

/** A failure to check: a mistake of the caller, or an outage. */
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
