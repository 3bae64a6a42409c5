// oxlint-disable typescript/restrict-template-expressions -- that is the test
import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { Redacted } from "@latchkey/core";
import { expect, test } from "vitest";

const SECRET = "sk_canary0000000000000000000000000000000000000000000";
const wrapped = new Redacted(SECRET);
const deep = { a: [{ b: new Map([["c", wrapped]]) }] };

function printed(print: (console: Console) => void): string {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  print(new Console(stream));
  return text;
}

const origins: Record<string, () => string> = {
  "String()": () => String(wrapped),
  "a template": () => `${wrapped}`,
  concatenation: () => "" + wrapped,
  "joining an array": () => [wrapped].join(),
  toLocaleString: () => wrapped.toLocaleString(),
  "JSON.stringify": () => JSON.stringify({ wrapped, list: [wrapped], deep }),
  "util.inspect": () => inspect(wrapped),
  "util.inspect, deep, with everything hidden": () =>
    inspect(deep, { depth: Infinity, showHidden: true, getters: true, showProxy: true }),
  "util.inspect without custom inspection": () =>
    inspect(deep, { depth: Infinity, showHidden: true, customInspect: false }),
  "util.format": () => format("%s %o %O %j %d", wrapped, wrapped, wrapped, wrapped, wrapped),
  "console.log": () => printed((console) => console.log("%o", wrapped, wrapped, deep)),
  "console.dir": () => printed((console) => console.dir(deep, { depth: null, showHidden: true })),
  "console.table": () => printed((console) => console.table([wrapped, { wrapped }])),
  "an error's message": () => inspect(new Error(`failed with ${wrapped}`, { cause: wrapped })),
  "an error's stack": () => String(new Error(`${wrapped}`).stack),
  "structured cloning": () => inspect(structuredClone(wrapped), { showHidden: true }),
  serialization: () => serialize(wrapped).toString("latin1"),
  "its own properties": () => JSON.stringify(Reflect.ownKeys(wrapped)),
  spreading: () => JSON.stringify({ ...wrapped }),
  Object: () => JSON.stringify([Object.entries(wrapped), Object.assign({}, wrapped)]),
};

test.for(Object.keys(origins))("a wrapped secret does not come out through %s", (origin) => {
  const text = (origins[origin] as () => string)();
  expect(text).not.toContain("canary");
  expect(text).not.toBe("");
});

test("it says that something is hidden, and reveals it when asked", () => {
  expect(String(wrapped)).toBe("<redacted>");
  expect(JSON.stringify({ wrapped })).toBe('{"wrapped":"<redacted>"}');
  expect(inspect({ wrapped })).toBe("{ wrapped: <redacted> }");
  expect(wrapped.reveal()).toBe(SECRET);
});
