import { onTestFinished } from "vitest";
import { errorOf, type LatchkeyClient, type WatchItem } from "@latchkey/client";
import { until } from "@latchkey/testing/until";

/** A machine that runs everything at once takes its time. */
const PATIENCE_MS = 30_000;

export type Watching = {
  readonly items: WatchItem[];
  /** The codes it ended with. */
  readonly failures: string[];
  /** Where in the log each item left it. */
  readonly positions: string[];
  /** How often it was connected. */
  readonly connections: () => number;
  /** The `seq` of each event and fact, as they came. */
  readonly seqs: () => number[];
  /** Until it is told of everything that comes. */
  readonly joined: () => Promise<unknown>;
  /** Until everything up to this `seq` was told. */
  readonly reaches: (seq: number) => Promise<unknown>;
  readonly fails: () => Promise<string>;
  readonly leave: () => void;
};

/** Watches until the test is over. */
export function watch(client: LatchkeyClient, after?: number | string): Watching {
  const items: WatchItem[] = [];
  const positions: string[] = [];
  const failures: string[] = [];
  let connections = 0;
  const input = after === undefined ? undefined : { after };
  const { unsubscribe } = client.events.watch.subscribe(input, {
    onStarted: () => {
      connections += 1;
    },
    onData: ({ id, data }) => {
      positions.push(id);
      items.push(data);
    },
    onError: (error) => failures.push(errorOf(error).code),
  });
  onTestFinished(unsubscribe);
  const beatAt = (seq: number) => items.some((item) => item.kind === "beat" && item.seq >= seq);
  return {
    items,
    positions,
    failures,
    connections: () => connections,
    seqs: () => items.filter(({ kind }) => kind !== "beat").map(({ seq }) => seq),
    joined: () => until(() => beatAt(0), PATIENCE_MS),
    reaches: (seq) => until(() => beatAt(seq), PATIENCE_MS),
    fails: () => until(() => failures[0], PATIENCE_MS),
    leave: unsubscribe,
  };
}
