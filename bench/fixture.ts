import { temporaryFolder } from "@latchkey/testing/temporary-folder";

type Undo = () => unknown;

/** What a group stands on while it measures. All that it sets up is gone when it ends, however it ends. */
export type Fixture = {
  /** Says what is being done, to whoever waits. */
  readonly doing: (what: string) => void;
  /** Runs at the end, the last first. */
  readonly atEnd: (undo: Undo) => void;
  /** An empty folder of its own. */
  readonly folder: () => Promise<string>;
};

export type EndingFixture = Fixture & { readonly end: () => Promise<void> };

export function openFixture(doing: (what: string) => void): EndingFixture {
  const undone = new AsyncDisposableStack();
  return {
    doing,
    atEnd: (undo) => undone.defer(async () => void (await undo())),
    folder: () => temporaryFolder((undo) => undone.defer(undo)),
    end: () => undone.disposeAsync(),
  };
}

/** A group of figures that are measured side by side. */
export type Group = {
  /** As it is asked for on the command line. */
  readonly name: string;
  readonly title: string;
  readonly measure: (fixture: Fixture) => Promise<import("./figure.ts").Figure[]>;
};

/**
 * One run of each contender in turn, round after round, so that a change of the weather hits all alike.
 *
 * @param order of the contenders in each round; theirs by default
 */
export async function inTurn<Name extends string>(
  { doing }: Fixture,
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
  order: (names: readonly Name[]) => readonly Name[] = (names) => names,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of order(names)) {
      doing(`round ${round} of ${rounds}: ${name}`);
      runs[name].push(await contenders[name]());
    }
  }
  return runs;
}
