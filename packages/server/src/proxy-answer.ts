import type { ServerResponse } from "node:http";
import type { VerifyOutcome } from "@latchkey/core";
import { type Refusal, refusalOf } from "./refusal.ts";

// What `/verify` answers to a reverse proxy: a status and headers, and for callers to whom a proxy hands
// the whole answer a sentence.

export type ProxyAnswer =
  | Refusal
  | { readonly status: 200; readonly headers: Refusal["headers"]; readonly body: "" };

/** On every answer: a proxy that finds a header missing would leave the caller's own in its place. */
const NOBODY = { "latchkey-key-id": "", "latchkey-owner-id": "", "latchkey-scopes": "" };

/** @param required the scopes that were asked for */
export function verdictAnswer(outcome: VerifyOutcome, required: readonly string[]): ProxyAnswer {
  if (outcome.outcome !== "VALID") return refusalOf(outcome, required);
  const headers = {
    "latchkey-key-id": outcome.keyId,
    "latchkey-owner-id": outcome.ownerId,
    "latchkey-scopes": outcome.scopes.join(" "),
    "cache-control": "no-store",
  };
  return { status: 200, headers, body: "" };
}

export function sendAnswer(response: ServerResponse, { status, headers, body }: ProxyAnswer): void {
  response.writeHead(status, {
    ...NOBODY,
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
