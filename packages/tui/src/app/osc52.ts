/** GNU screen accepts no longer pieces. */
const SCREEN_PIECE = 500;

/**
 * The escape sequences that make a terminal copy a text to its clipboard (OSC 52). Whether it did can't be known.
 * tmux and GNU screen swallow such a sequence, so it is sent a second time, wrapped so that each passes it on to
 * its own terminal. Over SSH only TERM reveals them.
 */
export function clipboardSequence(text: string, env: NodeJS.ProcessEnv): string {
  const plain = `\u001B]52;c;${Buffer.from(text, "utf8").toString("base64")}\u0007`;
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  if (isSet("STY") && !isSet("TMUX")) return plain + inScreen(plain);
  const inTmux = isSet("TMUX") || /^(tmux|screen)/.test(env["TERM"] ?? "");
  return inTmux ? plain + throughTmux(plain) : plain;
}

function throughTmux(sequence: string): string {
  return `\u001BPtmux;${sequence.replaceAll("\u001B", "\u001B\u001B")}\u001B\\`;
}

function inScreen(sequence: string): string {
  const pieces = sequence.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, "g")) ?? [];
  return pieces.map((piece) => `\u001BP${piece}\u001B\\`).join("");
}
