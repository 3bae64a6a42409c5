import { DIGEST_BYTES } from "./digest.ts";

// Values by SHA-256 digest. A `Map` fetches its bucket, its entry and the name's characters from distant
// memory one after the other; here the digests themselves are contiguous.

const WORDS = DIGEST_BYTES / 4;
const FIRST_SLOTS = 16;
/** The maximum load factor: beyond it the probes for a free slot get long. */
const FULL = 0.8;

/** Digests are texts of 32 characters, one a byte. */
export class DigestTable<Value extends object> {
  #digests = new Int32Array(FIRST_SLOTS * WORDS);
  #values: (Value | undefined)[] = freeSlots<Value>(FIRST_SLOTS);
  #size = 0;
  /** Where the next call of `takeOut` continues. */
  #hand = 0;
  /** The digest that is looked for, as words. */
  readonly #asked = new Int32Array(WORDS);

  get size(): number {
    return this.#size;
  }

  get(digest: string): Value | undefined {
    return this.#values[this.#slotOf(digest)];
  }

  /** Replaces the value of the digest, and returns the old one. */
  set(digest: string, value: Value): Value | undefined {
    let slot = this.#slotOf(digest);
    const before = this.#values[slot];
    if (before === undefined) {
      if (this.#size + 1 > this.#values.length * FULL) {
        this.#grow();
        slot = this.#slotOf(digest);
      }
      this.#size += 1;
      this.#digests.set(this.#asked, slot * WORDS);
    }
    this.#values[slot] = value;
    return before;
  }

  /**
   * Removes the first value that need not stay, scanning on from where it stopped the last time: in no
   * particular order, as digests are random. It scans for as long as all must stay.
   */
  takeOut(mustStay: (value: Value) => boolean): Value | undefined {
    if (this.#size === 0) return undefined;
    for (;;) {
      const value = this.#values[this.#hand];
      if (value !== undefined && !mustStay(value)) {
        this.#free(this.#hand);
        this.#size -= 1;
        return value;
      }
      this.#hand = (this.#hand + 1) & (this.#values.length - 1);
    }
  }

  /** Later entries move up where they would no longer be found from their own slot. */
  #free(slot: number): void {
    const [digests, values] = [this.#digests, this.#values];
    const last = values.length - 1;
    let free = slot;
    for (let next = (free + 1) & last; values[next] !== undefined; next = (next + 1) & last) {
      const way = (next - (digests[next * WORDS] as number)) & last;
      if (way < ((next - free) & last)) continue;
      digests.copyWithin(free * WORDS, next * WORDS, (next + 1) * WORDS);
      values[free] = values[next];
      free = next;
    }
    values[free] = undefined;
  }

  /** The slot of the digest, or the free one for it. Digests are random: their first word is a hash. */
  #slotOf(digest: string): number {
    const [asked, digests, values] = [this.#asked, this.#digests, this.#values];
    for (let word = 0, at = 0; word < WORDS; word += 1, at += 4) {
      asked[word] =
        digest.charCodeAt(at) |
        (digest.charCodeAt(at + 1) << 8) |
        (digest.charCodeAt(at + 2) << 16) |
        (digest.charCodeAt(at + 3) << 24);
    }
    const last = values.length - 1;
    let slot = (asked[0] as number) & last;
    while (!isAt(digests, slot * WORDS, asked) && values[slot] !== undefined) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  /** Word by word: it blocks all checks meanwhile. */
  #grow(): void {
    const [oldDigests, oldValues] = [this.#digests, this.#values];
    const slots = oldValues.length * 2;
    const digests = new Int32Array(slots * WORDS);
    const values = freeSlots<Value>(slots);
    for (let slot = 0; slot < oldValues.length; slot += 1) {
      const value = oldValues[slot];
      if (value === undefined) continue;
      const from = slot * WORDS;
      let free = (oldDigests[from] as number) & (slots - 1);
      while (values[free] !== undefined) free = (free + 1) & (slots - 1);
      for (let word = 0; word < WORDS; word += 1) {
        digests[free * WORDS + word] = oldDigests[from + word] as number;
      }
      values[free] = value;
    }
    this.#digests = digests;
    this.#values = values;
  }
}

/** Not constant-time: the caller has the whole token, of which these are digests. */
function isAt(digests: Int32Array, from: number, asked: Int32Array): boolean {
  for (let word = 0; word < WORDS; word += 1) {
    if (digests[from + word] !== asked[word]) return false;
  }
  return true;
}

function freeSlots<Value>(slots: number): (Value | undefined)[] {
  // oxlint-disable-next-line no-new-array -- Any other way takes ten times as long for a million slots.
  return new Array<Value | undefined>(slots).fill(undefined);
}
