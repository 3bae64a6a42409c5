// What whoever waits sees, on standard error: standard output has the table alone.

export type Progress = {
  readonly group: (name: string, at: number, of: number) => void;
  readonly doing: (what: string) => void;
  readonly end: () => void;
};

/** One live line on a terminal; else a line for each group and each half minute. */
export function showProgress(err: NodeJS.WriteStream): Progress {
  const live = err.isTTY === true;
  const started = Date.now();
  let group = "";
  let step = "";
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const draw = () => {
    const text = `${seconds()}  ${group}${step === "" ? "" : `: ${step}`}`;
    err.write(
      live ? `\r\u001b[2K${text.slice(0, Math.max(20, (err.columns || 80) - 1))}` : `${text}\n`,
    );
  };
  const timer = setInterval(draw, live ? 200 : 30_000);
  timer.unref();
  return {
    group: (name, at, of) => {
      group = `${name} (${at} of ${of})`;
      step = "";
      draw();
    },
    doing: (what) => {
      step = what;
      if (live) draw();
    },
    end: () => {
      clearInterval(timer);
      if (live) err.write("\r\u001b[2K");
    },
  };
}
