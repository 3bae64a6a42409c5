import { outageOf } from "../faults/outage.ts";
import type { Services } from "./services.ts";

/** Beyond that nothing is answered from memory: normally the log is read each second. */
const FOLLOWED_WITHIN_MS = 5000;

/** Why something does not work. */
export const degradations = ["storage_full", "read_only", "unreachable", "not_followed"] as const;
type Degradation = (typeof degradations)[number];

/** What works now. */
export type Readiness = {
  /** Keys can be checked, and lists read. */
  readonly reads: boolean;
  readonly changes: boolean;
  /** The log is followed: checks are answered from memory, and watches get events. */
  readonly follows: boolean;
  /** Empty if everything works. */
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
