import { cacheName } from "./digest.ts";
import { Redacted } from "./redacted.ts";
import { isSessionToken, isToken } from "./token.ts";

/**
 * A presented string that is a token: its shape was checked, once, and its name in caches is computed once, when
 * it is first asked for. Handed from whoever takes it out of a request to whoever looks it up.
 */
export class PresentedToken extends Redacted<string> {
  #name: string | undefined;

  private constructor(token: string) {
    super(token);
  }

  /** `null` if it is not a token at all: see {@link isToken}. */
  static parse(presented: string): PresentedToken | null {
    return isToken(presented) ? new PresentedToken(presented) : null;
  }

  /** See {@link cacheName}. */
  get name(): string {
    this.#name ??= cacheName(this.reveal());
    return this.#name;
  }

  /** Whether it is a session's rather than a key's. */
  get isSession(): boolean {
    return isSessionToken(this.reveal());
  }
}
