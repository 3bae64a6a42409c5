import type { Rolldown } from "tsdown";

const BINARY = /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)"/;
const LOADING = "await loadYoga()";

/**
 * Lays Yoga's WebAssembly beside the bundle. In its package it is text inside the JavaScript, which it
 * decodes by way of `fetch`; Node takes longer to load that than to compile the WebAssembly.
 */
export function yogaBeside(): Rolldown.Plugin {
  return {
    name: "yoga-beside",
    transform: {
      filter: { id: /yoga-layout\/dist\/(binaries\/yoga-wasm-base64-esm|src\/index)\.js$/ },
      handler(code) {
        const binary = BINARY.exec(code)?.[1];
        if (binary !== undefined) {
          const source = Buffer.from(binary, "base64");
          this.emitFile({ type: "asset", fileName: "yoga.wasm", source });
          return code.replace(BINARY, '"yoga.wasm"');
        }
        if (!code.includes(LOADING)) this.error("Yoga is loaded in another way now.");
        return `import { readFileSync } from "node:fs";\n${code.replace(
          LOADING,
          'await loadYoga({ wasmBinary: readFileSync(new URL("./yoga.wasm", import.meta.url)) })',
        )}`;
      },
    },
  };
}
