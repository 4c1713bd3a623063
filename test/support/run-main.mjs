// Node runs no TypeScript yet: bundles a program into a cache folder and runs that.
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));

/** Runs the program of a folder of tests, given by its URL. */
export async function runMain(url) {
  const entry = fileURLToPath(url);
  const outfile = join(cache, `lockstep-${basename(dirname(entry))}`, `main-${process.pid}.mjs`);
  try {
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "error",
      // The bundle lies elsewhere, and finds files from where the program was. All folders of tests are equally deep.
      define: { "import.meta.url": JSON.stringify(String(url)) },
    });
    await import(outfile);
  } finally {
    await rm(outfile, { force: true });
  }
}
