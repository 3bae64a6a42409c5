import { digestToken, generateToken, type Redacted } from "@latchkey/core";
import type { Services } from "../services.ts";

export type NewToken = {
  readonly token: Redacted<string>;
  readonly redacted: string;
  readonly digest: Uint8Array;
};

/** A token that exists only here and in the response, with what is stored of it. */
export function newToken({ tokenPrefix, randomBytes, pepper }: Services): NewToken {
  const { token, redacted } = generateToken(tokenPrefix, randomBytes);
  return { token, redacted, digest: digestToken(pepper, token.reveal()) };
}
