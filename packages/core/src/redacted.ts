import { inspect } from "node:util";

/**
 * Wraps a secret so that it is never printed: not in logs, errors, JSON, `util.inspect`, template
 * strings or React devtools. `reveal()` is the one way to the value, so every use can be searched for.
 *
 * @example
 * const token = new Redacted("sk_…");
 * `${token}`; // "<redacted>"
 * headers.set("authorization", `Bearer ${token.reveal()}`);
 */
export class Redacted<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return "<redacted>";
  }

  toJSON(): string {
    return "<redacted>";
  }

  [inspect.custom](): string {
    return "<redacted>";
  }
}
