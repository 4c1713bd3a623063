import { defineConfig } from "@lockstep/core";

// The flights are of 2001, so the clock stands still there: "now" is a Friday in June.
const clock = "2001-06-15T20:00:00Z";

export default defineConfig({
  project: "flights",
  features: "src/features.ts",
  defaultEnvironment: "dev",
  environments: {
    dev: { online: { kind: "lmdb" }, clock },
    redis: { online: { kind: "redis", url: "redis://127.0.0.1:6379" }, clock },
  },
});
