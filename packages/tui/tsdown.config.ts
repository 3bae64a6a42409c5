import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import { builtInModules } from "./bundle/built-in-modules.ts";
import { plainText } from "./bundle/plain-text.ts";
import { yogaBeside } from "./bundle/yoga-beside.ts";

const beside = (file: string) => fileURLToPath(new URL(`./bundle/${file}`, import.meta.url));

// The `latchkey` executable: one file to start, and one that it starts, the rest in pieces that are loaded
// when needed.
export default defineConfig({
  entry: { latchkey: "src/main.ts", "ssh-process": "src/ssh/ssh-process.ts" },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node24",
  dts: false,
  clean: true,
  minify: true,
  fixedExtension: false,
  // PGlite finds its WebAssembly beside itself, and ssh2 looks for an addon: they stay where npm put them.
  deps: {
    neverBundle: [/^@electric-sql\/pglite/, /^ssh2/],
    alwaysBundle: [/^(?!@electric-sql\/pglite|ssh2|node:)/],
  },
  plugins: [builtInModules(), plainText(), yogaBeside()],
  outputOptions: { codeSplitting: { groups: [{ name: "node", test: /^\0node:/ }] } },
  inputOptions: {
    resolve: {
      conditionNames: ["@latchkey/source", "import", "node", "default"],
      alias: {
        // Ink asks for it in development alone.
        "react-devtools-core": beside("no-devtools.ts"),
        "restore-cursor": beside("restore-cursor.ts"),
      },
    },
    transform: {
      define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
      inject: { MessageEvent: [beside("message-event.ts"), "MessageEvent"] },
    },
  },
});
