import type { Connection } from "../src/connection/connection.ts";
import type { Demonstration } from "@latchkey/testing/demonstration/demonstration";

/** A screen or dialog as it stands after some keys. */
export type Scene = {
  /** Of files: `revoke-key`. */
  readonly name: string;
  /** What the server holds; the example by default. */
  readonly demonstration?: () => Demonstration;
  /** How the server is reached; at once by default. */
  readonly connect?: () => Promise<Connection>;
  /** Waited for before the first key. */
  readonly first?: string;
  readonly steps: readonly AppUpdate[];
  /** How long it then stands so, with nobody at the keys; no time at all by default. */
  readonly thenMilliseconds?: number;
};

/** What is pressed, by the names of keys or as text, and what stands there then. */
type AppUpdate = readonly [
  keys: readonly string[],
  seen: string,
  /** What happens on the server before. */
  meanwhile?: (demonstration: Demonstration) => void,
];
