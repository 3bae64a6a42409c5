/**
 * The escape sequences that ask a terminal to take a text into its clipboard (OSC 52), also through
 * tmux. Whether it did can't be known.
 */
export function clipboardSequence(text: string, env: NodeJS.ProcessEnv): string {
  const plain = `\u001B]52;c;${Buffer.from(text, "utf8").toString("base64")}\u0007`;
  const inTmux = (env["TERM"] ?? "").startsWith("tmux") || (env["TMUX"] ?? "") !== "";
  if (!inTmux) return plain;
  return `${plain}\u001BPtmux;${plain.replaceAll("\u001B", "\u001B\u001B")}\u001B\\`;
}
