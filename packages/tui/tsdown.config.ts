import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import { builtInModules } from "./bundle/built-in-modules.ts";
import { plainText } from "./bundle/plain-text.ts";
import { yogaBeside } from "./bundle/yoga-beside.ts";

// The `latchkey` executable: one file to start, the rest in pieces that are loaded when needed.
export default defineConfig({
  entry: { latchkey: "src/main.ts" },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node24",
  dts: false,
  clean: true,
  minify: true,
  fixedExtension: false,
  // PGlite finds its WebAssembly beside itself, so it stays where npm put it.
  deps: {
    neverBundle: [/^@electric-sql\/pglite/],
    alwaysBundle: [/^(?!@electric-sql\/pglite|node:)/],
  },
  plugins: [builtInModules(), plainText(), yogaBeside()],
  outputOptions: { codeSplitting: { groups: [{ name: "node", test: /^\0node:/ }] } },
  inputOptions: {
    resolve: {
      conditionNames: ["@latchkey/source", "import", "node", "default"],
      // Ink asks for it in development alone.
      alias: {
        "react-devtools-core": fileURLToPath(new URL("./bundle/no-devtools.ts", import.meta.url)),
      },
    },
    transform: { define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' } },
  },
});
