import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`${path}/src/index.ts`, import.meta.url));
const packages = ["core", "compiler", "offline", "online", "registry", "push", "ingest", "parity", "client"];

// Tests run from the sources, so that a change needs no build before it is tested.
export default defineConfig({
  resolve: {
    alias: [
      ...packages.map((name) => ({ find: `@lockstep/${name}`, replacement: source(`packages/${name}`) })),
      // Yoga and Pothos take graphql's CommonJS copy; another copy's types would not mix with theirs.
      { find: /^graphql$/, replacement: "graphql/index.js" },
      { find: "@lockstep/server", replacement: source("server") },
      { find: /^lockstep$/, replacement: source("packages/store") },
    ],
  },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "cli/test/**/*.test.ts",
      "server/test/**/*.test.ts",
      "test/**/*.test.ts",
      "feature_repo/test/**/*.test.ts",
    ],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
