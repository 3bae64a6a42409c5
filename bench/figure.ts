// What is measured, as plain data, and how it is judged.

export type Unit = "ms" | "µs" | "ops/s" | "B" | "keys" | "×";

/** What a figure has to reach: by its value, or by its ratio to the figure it is held against. */
export type Bar = { readonly of: "value" | "ratio" } & (
  | { readonly atMost: number }
  | { readonly atLeast: number }
);

export type Figure = {
  readonly what: string;
  readonly unit: Unit;
  /** One of each round, or one of each call where a tail is looked at. */
  readonly runs: readonly number[];
  /** Which of the runs counts. The median by default. */
  readonly quantile?: number;
  /** What it is divided by: a figure of the same rounds. */
  readonly against?: Figure;
  readonly bars?: readonly Bar[];
};

export type Verdict = { readonly bar: Bar; readonly reached: boolean };

/** A figure with its one number. */
export type Judged = {
  readonly figure: Figure;
  readonly value: number;
  /** `null` if it is held against nothing. */
  readonly ratio: number | null;
  readonly verdicts: readonly Verdict[];
};

export function judge(figure: Figure): Judged {
  const { runs, quantile = 0.5, against, bars = [] } = figure;
  const value = quantileOf(runs, quantile);
  const ratio = against === undefined ? null : ratioOf(figure, against);
  const verdicts = bars.map((bar) => {
    const measured = bar.of === "value" ? value : (ratio ?? Number.NaN);
    return { bar, reached: "atMost" in bar ? measured <= bar.atMost : measured >= bar.atLeast };
  });
  return { figure, value, ratio, verdicts };
}

/**
 * The median of the rounds' own ratios: what disturbed a round disturbed both contenders of it. Figures of
 * unlike rounds are divided as they are.
 */
function ratioOf({ runs, quantile = 0.5 }: Figure, against: Figure): number {
  if (runs.length !== against.runs.length || quantile !== 0.5) {
    return quantileOf(runs, quantile) / quantileOf(against.runs, against.quantile ?? 0.5);
  }
  return median(runs.map((run, round) => run / (against.runs[round] ?? Number.NaN)));
}

function median(runs: readonly number[]): number {
  return quantileOf(runs, 0.5);
}

/** Between the two nearest runs, as most statistics programs have it. `NaN` of none. */
function quantileOf(runs: readonly number[], quantile: number): number {
  const sorted = runs.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * quantile;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
