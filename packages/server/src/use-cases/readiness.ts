import { outageOf } from "../faults/outage.ts";
import type { Services } from "./services.ts";

/** Past that nothing is answered from memory: the log is followed each second while all is well. */
const FOLLOWED_WITHIN_MS = 5000;

/** Why not everything works. */
export const degradations = ["storage_full", "read_only", "unreachable", "not_followed"] as const;
type Degradation = (typeof degradations)[number];

/** What works just now. */
export type Readiness = {
  /** Keys are checked, and lists are read. */
  readonly reads: boolean;
  readonly changes: boolean;
  /** The log is followed: checks are answered from memory, and watches are told. */
  readonly follows: boolean;
  /** Empty where all of it does. */
  readonly why: readonly Degradation[];
};

export async function readiness({
  store,
  feed,
}: Pick<Services, "store" | "feed">): Promise<Readiness> {
  const [unread, unchangeable] = await Promise.all([
    outageIn(() => store.readHead()),
    outageIn(store.probeWritable),
  ]);
  const at = feed.lastBeatAt();
  const isBehind = at !== null && performance.now() - at > FOLLOWED_WITHIN_MS;
  const follows = feed.state() !== "down" && !isBehind;
  const why = new Set<Degradation>();
  for (const outage of [unread, unchangeable]) if (outage !== null) why.add(outage);
  if (!follows) why.add("not_followed");
  return {
    reads: unread === null,
    changes: unread === null && unchangeable === null,
    follows,
    why: [...why],
  };
}

async function outageIn(look: () => Promise<unknown>): Promise<Degradation | null> {
  try {
    await look();
    return null;
  } catch (error) {
    const why = outageOf(error)?.why;
    return degradations.find((known) => known === why) ?? "unreachable";
  }
}
