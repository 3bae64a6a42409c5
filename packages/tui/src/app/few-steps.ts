// Ink moves past each unchanged line separately: thirty moves are more than what a key press changes.

const NEXT_LINE = "\u001B[E";
const NEXT_LINES = /(?:\u001B\[E){2,}/g;

/** The same stream, with consecutive moves down written as one (CNL, ECMA-48 8.3.12). */
export function inFewSteps(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: never[]) =>
    stdout.write(typeof chunk === "string" ? fewSteps(chunk) : chunk, ...rest);
  return new Proxy(stdout, {
    get(target, name) {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export function fewSteps(text: string): string {
  return text.replace(NEXT_LINES, (steps) => `\u001B[${steps.length / NEXT_LINE.length}E`);
}
