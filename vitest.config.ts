import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** These take long for their size, by which vitest puts files in order where no earlier run tells more. */
const LONG =
  /\/(clean-clone|canary|data-folder|team-story|access|database-outage|embedded|flows)\.test\.ts$/;

/** The long files first, so that no core is idle while the last of them ends. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...new Set(sorted.map(({ project: { name } }) => name))].flatMap((name) => {
      const own = sorted.filter(({ project }) => project.name === name);
      const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
      return [...own.filter(isLong), ...own.filter((file) => !isLong(file))];
    });
  }
}

export default defineConfig({
  test: {
    // One more than the cores of the smallest machine that runs them: while a test waits for an outage
    // to be noticed, or for another process to come up, another test works.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    projects: [
      // In these two what a file loads serves the next one too. They keep nothing in modules or globals.
      project("core", "packages/core/test", { testTimeout: 20_000, isolate: false }),
      project("server", "packages/server/test", {
        isolate: false,
        globalSetup: "packages/testing/src/database/global-setup.ts",
        testTimeout: 240_000,
        hookTimeout: 120_000,
      }),
      {
        ...project("tui", "packages/tui/test", {
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // React as it ships: the one that checks itself takes twice as long to draw.
          env: { NODE_ENV: "production" },
        }),
        oxc: { jsx: { runtime: "automatic", development: false } },
      },
      // Real processes and terminals, after the rest so that neither slows the other.
      project("e2e", "tests", {
        testTimeout: 300_000,
        hookTimeout: 120_000,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
