import type { ServerResponse } from "node:http";
import type { VerifyOutcome } from "@latchkey/core";
import { type Refusal, refusalOf } from "@latchkey/client";

// What `/verify` answers to a reverse proxy: a status and headers, and for callers to whom a proxy hands
// the whole answer a sentence.

export type ProxyAnswer = Refusal | Passed;

/** Its headers are names and values in turn, which Node writes with the least ado. */
type Passed = { readonly status: 200; readonly headers: string[] };

/** On every refusal: a proxy that finds a header missing would leave the caller's own in its place. */
const NOBODY = { "latchkey-key-id": "", "latchkey-owner-id": "", "latchkey-scopes": "" };

/** @param required the scopes that were asked for */
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
