import { defineConfig } from "vitest/config";

const conditions = ["@latchkey/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 20_000 },
});
