import { argon2, type KeyObject, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { workQueue } from "./work-queue.ts";

// Passwords as argon2id in PHC form (RFC 9106, with its secret K; OWASP's parameters of 19 MiB, 2 passes, 1
// lane). Hashes of older versions were made without the secret, and are replaced when they are next used.

const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Marks a hash as made with the secret: PHC's key id, base64 of `PEPPER_ID`. */
const KEY_ID = ",keyid=AQ";
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})(,keyid=AQ)?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

const COST: Cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES };
/** How a tag is derived. `isKeyed`: with the secret. */
type Form = { readonly cost: Cost; readonly isKeyed: boolean; readonly tagLength: number };

const FORM: Form = { cost: COST, isKeyed: true, tagLength: TAG_BYTES };
const nodeArgon2 = promisify(argon2);

type PasswordOptions = {
  /** Derived from the pepper for `latchkey/password/v1`: without it no guess at a hash can be tested. */
  readonly secret: KeyObject;
  readonly randomBytes: (n: number) => Uint8Array;
  readonly atOnce?: number;
  readonly waiting?: number;
  readonly deriveKey?: typeof nodeArgon2;
};

export type Passwords = {
  /** A new hash in PHC form. Throws `QueueFull` if too many are waiting. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password matches a stored hash; against `null` it takes the same time and never matches. `stale`
   * says that the hash was made with other parameters or without the secret, and should be replaced.
   */
  verify(password: string, stored: string | null): Promise<{ fits: boolean; stale: boolean }>;
};

/** A hash takes 20 ms of a core and 19 MiB: this many run at once, and this many more may wait. */
export function createPasswords({
  atOnce = 2,
  waiting = 40,
  /** For a test that counts the derivations. */
  deriveKey = nodeArgon2,
  secret,
  randomBytes,
}: PasswordOptions): Passwords {
  const run = workQueue({ atOnce, waiting });
  const derive = (password: string, salt: Uint8Array, { isKeyed, tagLength, cost }: Form) => {
    const keyed = isKeyed ? { secret: secret.export() } : {};
    const input = { message: password, nonce: salt, tagLength, ...cost, ...keyed };
    return run(async () => deriveKey("argon2id", input));
  };
  return {
    async hash(password) {
      const salt = Buffer.from(randomBytes(SALT_BYTES));
      const tag = await derive(password, salt, FORM);
      const parameters = `m=${MEMORY_KIB},t=${PASSES},p=${LANES}${KEY_ID}`;
      return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(tag)}`;
    },

    async verify(password, stored) {
      const parsed = stored === null ? null : parsePhc(stored);
      const { form, salt, tag } = parsed ?? NOBODY;
      const derived = await derive(password, salt, form);
      const fits = timingSafeEqual(derived, tag) && parsed !== null;
      return { fits, stale: fits && !(form.isKeyed && sameCost(form.cost, COST)) };
    },
  };
}

const NOBODY = { form: FORM, salt: Buffer.alloc(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) };

function parsePhc(text: string): { form: Form; salt: Buffer; tag: Buffer } {
  const match = PHC.exec(text);
  if (match === null) throw new Error("a stored password hash is not argon2id in PHC form");
  const [, memory, passes, parallelism, keyId, salt, encodedTag] = match;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const tag = Buffer.from(encodedTag as string, "base64");
  return {
    form: { cost, isKeyed: keyId !== undefined, tagLength: tag.byteLength },
    salt: Buffer.from(salt as string, "base64"),
    tag,
  };
}

function sameCost(a: Cost, b: Cost): boolean {
  return a.memory === b.memory && a.passes === b.passes && a.parallelism === b.parallelism;
}

/** Base64 without padding, as PHC has it. */
function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
