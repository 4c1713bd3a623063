import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isLockstepError, LockstepError } from "@lockstep/core";
import { bundleModule } from "./bundle-module.js";

/** Imports a TypeScript or JavaScript module of the user's with all that it imports, without a loader. */
export async function importModule(file: string, code: string): Promise<Readonly<Record<string, unknown>>> {
  const url = pathToFileURL(file).href;
  const bytes = await bundleModule(file, {
    root: dirname(file),
    code,
    platform: "node",
    define: {
      "import.meta.url": JSON.stringify(url),
      "import.meta.filename": JSON.stringify(file),
      "import.meta.dirname": JSON.stringify(dirname(file)),
    },
    // For CommonJS packages that require Node's own modules.
    banner: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(${JSON.stringify(url)});`,
  });
  try {
    return await import(`data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`);
  } catch (cause) {
    if (isLockstepError(cause)) throw new LockstepError(cause.diagnostics);
    // Without the cause: its stack would quote the whole module in every line.
    throw new LockstepError({
      code,
      place: file,
      what: `it failed while it was loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      mend: "correct what it does there",
    });
  }
}
