import { Transform } from "node:stream";

const HOLD_MILLISECONDS = 75;
/** The longest that is held. No key has a longer sequence. */
const MAX_HELD = 64;
/** Escape alone, or the beginning of a sequence that a network has cut in two. */
const UNFINISHED = /\u001B(?:[[O][0-9;?]*)?$/;

/**
 * Passes keys on as they come. What ends like a sequence that is still on its way waits a moment for its
 * rest, since a lone Escape and the beginning of an arrow key look alike.
 */
export function heldEscape(): Transform {
  let held = "";
  let timer: NodeJS.Timeout | undefined;
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer);
      // Byte by byte: what lies between is for whoever reads.
      const text = held + chunk.toString("latin1");
      // At the end alone: what was held is looked at once more, and never all that came.
      const near = Math.max(0, text.length - MAX_HELD);
      const found = UNFINISHED.exec(text.slice(near))?.index;
      const from = found === undefined ? text.length : near + found;
      held = text.slice(from);
      if (from > 0) this.push(text.slice(0, from), "latin1");
      if (held !== "") {
        timer = setTimeout(() => {
          this.push(held, "latin1");
          held = "";
        }, HOLD_MILLISECONDS);
      }
      done();
    },
    flush(done) {
      clearTimeout(timer);
      if (held !== "") this.push(held, "latin1");
      done();
    },
    destroy(error, done) {
      clearTimeout(timer);
      done(error);
    },
  });
}
