// Node runs no TypeScript yet: bundles main.ts into a cache folder and runs that.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outfile = join(here, `../../node_modules/.cache/lockstep-mutation/main-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [join(here, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
    // The bundle lies elsewhere, and finds the sources from where it was.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(here, "main.ts")).href) },
  });
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile, { force: true });
}
