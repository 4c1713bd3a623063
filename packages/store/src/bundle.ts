import { bundleModule } from "./bundle-module.js";
import { REFUSED_BANNER, REFUSED_DEFINES } from "./refused-globals.js";

/**
 * Bundles a feature repo into one module with everything it imports. The same files give the same bytes wherever they
 * lie; the bytes' hash is what is recorded, and the bytes are what the server runs.
 */
export const bundleRepo = (file: string, root: string): Promise<Uint8Array> =>
  bundleModule(file, {
    root,
    code: "REPO_BUNDLE",
    platform: "neutral",
    define: REFUSED_DEFINES,
    banner: REFUSED_BANNER,
  });
