// What a person sees while things are prepared. On standard error: standard output is the command's.
import { writeSync } from "node:fs";
import { isatty } from "node:tty";

const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const isLive = isatty(2) && process.env["TERM"] !== "dumb";

/** Shows that something is under way, and for how long. What ends before `afterMs` is never shown. */
export function showProgress(text, { afterMs = 0 } = {}) {
  const startedAt = Date.now();
  let tick = 0;
  let timer;
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const draw = () => {
    if (isLive) say(`\r\u001b[2K${frames[tick++ % frames.length]} ${text} ${seconds()} s`);
    else say(`${text}${tick++ === 0 ? "" : ` ${seconds()} s`}\n`);
  };
  const begin = () => {
    draw();
    timer = setInterval(draw, isLive ? 100 : 10_000);
  };
  if (afterMs === 0) begin();
  else timer = setTimeout(begin, afterMs);
  return {
    end() {
      clearTimeout(timer);
      clearInterval(timer);
      if (isLive && tick > 0) say("\r\u001b[2K");
    },
  };
}

export function complain(text) {
  say(`${text.trimEnd()}\n`);
}

/** Written directly: a stream on fd 2 would leave a pipe non-blocking to the program that follows. */
function say(text) {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it, or not fast enough. The work goes on.
  }
}
