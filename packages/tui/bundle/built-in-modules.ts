import type { Rolldown } from "tsdown";

/** All but the one that the bundle itself begins with. */
const BUILT_IN = /^node:(?!module$)/;

/**
 * Hands out Node's own modules as they are. Node makes an imported one by reading all its exports, and
 * some of `node:http` and `node:process` are getters that load what nobody asked for.
 */
export function builtInModules(): Rolldown.Plugin {
  return {
    name: "built-in-modules",
    resolveId: { filter: { id: BUILT_IN }, handler: (id) => ({ id: `\0${id}`, external: false }) },
    load: {
      filter: { id: /^\0node:/ },
      handler: (id) => `module.exports = process.getBuiltinModule("${id.slice(1)}");`,
    },
  };
}
