import { dirname } from "node:path";
import { bundleModule } from "./bundle.js";

/** Imports a TypeScript or JavaScript module of the user's with all that it imports, without a loader. */
export async function importModule(file: string): Promise<unknown> {
  const bytes = await bundleModule(file, { root: dirname(file) });
  return import(`data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`);
}
