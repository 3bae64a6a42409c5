import { Transform } from "node:stream";

// Terminal input before Ink parses it: Ink buffers a sequence or a paste until its end, however long that takes, and
// scans all of it again with every chunk.

/** No key has a longer one. */
const MAX_SEQUENCE = 64;
/** More than anything that can be typed here. */
const MAX_PASTE = 64 * 1024;
const ESCAPE = "\u001B";
const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;

/**
 * A terminal's input for Ink. An endless sequence is truncated; a paste comes whole, or, if more than 64 KiB, as an
 * empty one.
 *
 * @param onDropped called as soon as a paste is too long
 */
export function boundedInput(stdin: NodeJS.ReadStream, onDropped: () => void) {
  const keys = inputBounds(onDropped);
  const input = Object.assign(keys, {
    isTTY: stdin.isTTY,
    setRawMode: (isRaw: boolean) => {
      stdin.setRawMode(isRaw);
      return keys;
    },
    ref: () => {
      stdin.ref();
      return keys;
    },
    unref: () => {
      stdin.unref();
      return keys;
    },
  });
  stdin.pipe(keys);
  return {
    stdin: input as unknown as NodeJS.ReadStream,
    /** Accepts nothing more. */
    close: (): void => {
      stdin.unpipe(keys);
      stdin.pause();
    },
  };
}

export function inputBounds(onDropped: () => void): Transform {
  /** Of the current one, as far as it has come. */
  let sequence = "";
  /** Of the current one; `null` without. */
  let paste: { readonly pieces: string[]; length: number } | null = null;
  /** The last chunk of the paste: its end may have started there. */
  let tail = "";
  let passed = "";

  /** Returns what follows the start of a paste. */
  const takeKeys = (text: string): string => {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at] as string;
      if (sequence !== "" && goesOn(sequence, letter)) {
        if (sequence.length < MAX_SEQUENCE) {
          sequence += letter;
          continue;
        }
        passed += text.slice(from, at);
        from = at + 1;
        continue;
      }
      const isPaste = sequence + letter === PASTE_START;
      sequence = letter === ESCAPE ? ESCAPE : "";
      if (!isPaste) continue;
      passed += text.slice(from, at + 1);
      paste = { pieces: [], length: 0 };
      return text.slice(at + 1);
    }
    passed += text.slice(from);
    return "";
  };

  /** Returns what follows its end. */
  const takePaste = (text: string, { pieces, length }: NonNullable<typeof paste>): string => {
    const seen = tail + text;
    const found = seen.indexOf(PASTE_END);
    const end = found === -1 ? text.length : found + PASTE_END.length - tail.length;
    pieces.push(text.slice(0, end));
    const isTooLong = length + end > MAX_PASTE + PASTE_END.length;
    if (isTooLong) {
      if (length <= MAX_PASTE + PASTE_END.length) onDropped();
      pieces.splice(0);
    }
    if (found === -1) {
      paste = { pieces, length: length + end };
      tail = seen.slice(1 - PASTE_END.length);
      return "";
    }
    passed += isTooLong ? PASTE_END : pieces.join("");
    paste = null;
    tail = "";
    return text.slice(end);
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // Byte by byte: the data in between is for the reader.
      let rest = chunk.toString("latin1");
      while (rest !== "") rest = paste === null ? takeKeys(rest) : takePaste(rest, paste);
      if (passed !== "") this.push(passed, "latin1");
      passed = "";
      done();
    },
  });
}

/** Whether a sequence has more to come after this letter (ECMA-48, 5.4). */
function goesOn(sequence: string, letter: string): boolean {
  if (sequence === ESCAPE) return letter === "[" || letter === "O";
  // Some function keys have two of them.
  if (sequence.length === 2 && letter === "[") return true;
  return letter >= " " && letter <= "?";
}
