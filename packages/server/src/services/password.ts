import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { workQueue } from "./work-queue.ts";

// Passwords as argon2id in PHC form (RFC 9106; OWASP's parameters of 19 MiB, 2 passes, 1 lane).

const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

const COST: Cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES };
const nodeArgon2 = promisify(argon2);

export type Passwords = {
  /** A new hash in PHC form. Throws `QueueFull` where too many are waiting. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password fits a stored hash; against `null` it takes the same time and never fits.
   * `stale` says that the hash was made at another cost, and should be made again.
   */
  verify(password: string, stored: string | null): Promise<{ fits: boolean; stale: boolean }>;
};

/** A hash takes 20 ms of a core and 19 MiB: so few run at once, and so few more may wait. */
export function createPasswords({
  atOnce = 2,
  waiting = 40,
  /** A test counts by it what is really done. */
  deriveKey = nodeArgon2,
} = {}): Passwords {
  const run = workQueue({ atOnce, waiting });
  const derive = (password: string, salt: Uint8Array, cost: Cost, tagLength: number) =>
    run(async () => deriveKey("argon2id", { message: password, nonce: salt, tagLength, ...cost }));
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const tag = await derive(password, salt, COST, TAG_BYTES);
      return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(tag)}`;
    },

    async verify(password, stored) {
      const parsed = stored === null ? null : parsePhc(stored);
      const { cost, salt, tag } = parsed ?? NOBODY;
      const derived = await derive(password, salt, cost, tag.byteLength);
      const fits = timingSafeEqual(derived, tag) && parsed !== null;
      return { fits, stale: fits && !sameCost(cost, COST) };
    },
  };
}

const NOBODY = { cost: COST, salt: Buffer.alloc(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) };

function parsePhc(text: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const match = PHC.exec(text);
  if (match === null) throw new Error("a stored password hash is not argon2id in PHC form");
  const [, memory, passes, parallelism, salt, tag] = match;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt as string, "base64"),
    tag: Buffer.from(tag as string, "base64"),
  };
}

function sameCost(a: Cost, b: Cost): boolean {
  return a.memory === b.memory && a.passes === b.passes && a.parallelism === b.parallelism;
}

/** Base64 without padding, as PHC has it. */
function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
