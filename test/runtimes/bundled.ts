import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** A module with the client and all that it imports in it. An import of any platform's own modules would fail. */
export async function bundled(file: string, options: { readonly minify?: boolean } = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path(file)],
    alias: { "@lockstep/client": path("../../packages/client/src/index.ts") },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    ...options,
  });
  return outputFiles[0]?.text ?? "";
}
