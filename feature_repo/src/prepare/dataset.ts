import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { prepareError } from "./errors.js";

/** The data set's files, as npm installed them. */
export interface Dataset {
  /** Name and version, for the manifest: `vega-datasets@3.2.1`. */
  readonly version: string;
  readonly flights: string;
  readonly airports: string;
}

const PACKAGE = "vega-datasets";

/** Finds the npm package's data files and says which is missing. */
export function findDataset(): Dataset {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const file = (name: string): string => {
    const path = join(root, "data", name);
    if (existsSync(path)) return path;
    throw prepareError(
      `${PACKAGE} ${version} has no file data/${name}`,
      `install the version that the example was written for: npm install ${PACKAGE}@3.2.1`,
    );
  };
  return { version: `${PACKAGE}@${version}`, flights: file("flights-3m.parquet"), airports: file("airports.csv") };
}

/** The package exports its entry only, not its package.json, so the folder is found upwards from the entry. */
function packageRoot(): string {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(PACKAGE);
  } catch (cause) {
    throw prepareError(`the npm package ${PACKAGE} is not installed`, "run npm install in the workspace", cause);
  }
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string };
    if (name === PACKAGE) return folder;
  }
  throw prepareError(`no package.json of ${PACKAGE} lies above ${entry}`, "reinstall the package with npm install");
}
