import { Transform } from "node:stream";

const HOLD_MILLISECONDS = 75;
/** The longest that is held back. No key has a longer sequence. */
const MAX_HELD = 64;
/** Escape alone, or the start of a sequence that the network has split. */
const UNFINISHED = /\u001B(?:[[O][0-9;?]*)?$/;

/**
 * Passes keys on as they come. An incomplete sequence at the end waits a moment for its rest, since a lone Escape
 * and the start of an arrow key look alike.
 */
export function heldEscape(): Transform {
  let held = "";
  let timer: NodeJS.Timeout | undefined;
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer);
      // Byte by byte: the data in between is for the reader.
      const text = held + chunk.toString("latin1");
      // Only at the end: what was held back is scanned once more, and never the whole input.
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
