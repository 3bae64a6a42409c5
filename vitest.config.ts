import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

// Our own packages run from their sources. Nothing is retried: a test that fails sometimes is a defect.

const conditions = ["@latchkey/source", "node", "import", "default"];

function project(
  name: string,
  folder: string,
  test: TestProjectInlineConfiguration["test"],
): TestProjectInlineConfiguration {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, include: [`${folder}/**/*.test.{ts,tsx}`], pool: "forks", retry: 0, ...test },
  };
}

export default defineConfig({
  test: {
    // One for each core of the smallest machine that runs them; vitest's own choice there is one.
    maxWorkers: 2,
    projects: [
      // In these two what a file loads serves the next one too. They keep nothing in modules or globals.
      project("core", "packages/core/test", { testTimeout: 20_000, isolate: false }),
      project("server", "packages/server/test", {
        isolate: false,
        globalSetup: "packages/server/test/global-setup.ts",
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      project("tui", "packages/tui/test", { testTimeout: 30_000, hookTimeout: 30_000 }),
      // Real processes and terminals, after the rest so that neither slows the other.
      project("e2e", "tests", {
        testTimeout: 300_000,
        hookTimeout: 120_000,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
