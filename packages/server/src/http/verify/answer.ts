import type { ServerResponse } from "node:http";
import type { VerifyOutcome } from "@latchkey/core";
import { type Refusal, refusalOf } from "@latchkey/client";

// The responses of `/verify` to a reverse proxy: a status and headers, and a message for callers to whom a proxy
// passes the whole response.

export type ProxyAnswer = Refusal | Passed;

/** Its headers are alternating names and values, which Node writes fastest. */
type Passed = { readonly status: 200; readonly headers: string[] };

/** On every refusal: a proxy that finds a header missing would keep the caller's own. */
const NOBODY = { "latchkey-key-id": "", "latchkey-owner-id": "", "latchkey-scopes": "" };

/** @param required the scopes that were required */
export function verdictAnswer(outcome: VerifyOutcome, required: readonly string[]): ProxyAnswer {
  if (outcome.outcome !== "VALID") return refusalOf(outcome, required);
  // biome-ignore format: a name and its value a line.
  const headers = [
    "latchkey-key-id", outcome.keyId,
    "latchkey-owner-id", outcome.ownerId,
    "latchkey-scopes", outcome.scopes.join(" "),
    "cache-control", "no-store",
    "content-length", "0",
  ];
  return { status: 200, headers };
}

export function sendAnswer(response: ServerResponse, answer: ProxyAnswer): void {
  if (answer.status === 200) {
    response.writeHead(200, answer.headers).end();
    return;
  }
  const { status, headers, body } = answer;
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...NOBODY, ...headers, "content-length": length }).end(body);
}
