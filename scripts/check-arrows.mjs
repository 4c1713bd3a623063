// The house's arrows: what each package may import of the others. An edge that is not listed here does not exist.
// Deep imports are impossible: each package exports one entry.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const CORE = "@lockstep/core";
const ARROW = "@lockstep/arrow";
const [COMPILER, OFFLINE, ONLINE] = ["@lockstep/compiler", "@lockstep/offline", "@lockstep/online"];
const [REGISTRY, PUSH, INGEST, PARITY, STORE, SERVER, CLIENT] = [
  "@lockstep/registry",
  "@lockstep/push",
  "@lockstep/ingest",
  "@lockstep/parity",
  "lockstep",
  "@lockstep/server",
  "@lockstep/client",
];

const ARROWS = {
  "packages/core": [],
  "packages/arrow": [CORE],
  "packages/compiler": [CORE],
  "packages/online": [CORE],
  "packages/registry": [CORE],
  "packages/offline": [CORE, ARROW, COMPILER],
  "packages/push": [CORE, ARROW, ONLINE, REGISTRY],
  "packages/ingest": [CORE, COMPILER, OFFLINE, ONLINE, REGISTRY, PUSH],
  "packages/parity": [CORE, COMPILER, OFFLINE, ONLINE, REGISTRY],
  "packages/store": [CORE, COMPILER, OFFLINE, ONLINE, REGISTRY, PUSH, INGEST, PARITY],
  "packages/client": [CORE],
  server: [CORE, ARROW, ONLINE, REGISTRY],
  cli: [CORE, STORE, SERVER],
  feature_repo: [CORE],
  demo: [CORE, STORE, SERVER, CLIENT, "@lockstep/example-flights"],
};
/** Packages of which only types may be imported: they must not be loaded. */
const TYPES_ONLY = { "packages/client": [CORE] };
/** Files that may load DuckDB, by way of a dynamic import: a server must never load it. */
const LAZY = { "packages/store": [OFFLINE, INGEST, PARITY, COMPILER] };

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
const problems = [];

for (const [folder, allowed] of Object.entries(ARROWS)) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    if (isOurs(name) && !allowed.includes(name)) problems.push(`${folder}/package.json depends on ${name}`);
  }
  for (const file of sources(join(root, folder, "src"))) {
    const text = readFileSync(file, "utf8");
    for (const [, type, name] of text.matchAll(IMPORT)) {
      const place = file.slice(root.length + 1);
      if (!isOurs(name)) continue;
      if (!allowed.includes(name)) problems.push(`${place} imports ${name}`);
      const onlyTypes = type || /^\s*import\s+\{\s*(type\s+\w+(\s+as\s+\w+)?,?\s*)+\}/.test(statement(text, name));
      if (TYPES_ONLY[folder]?.includes(name) && !onlyTypes)
        problems.push(`${place} imports more than types of ${name}`);
      if (LAZY[folder]?.includes(name) && !onlyTypes && eager(place))
        problems.push(`${place} loads ${name} eagerly: import() it where it is needed`);
    }
  }
}

/** In the store, what openStore reaches by static imports; the rest is reached by import(). */
function eager(place) {
  return !/packages\/store\/src\/(compile-service|example-data)/.test(place);
}

function statement(text, name) {
  const at = text.indexOf(`"${name}"`);
  return text.slice(text.lastIndexOf("import", at), at);
}

function isOurs(name) {
  return name === "lockstep" || name.startsWith("@lockstep/");
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.ts$/.test(entry.name)) yield path;
  }
}

for (const problem of problems) console.error(`arrow: ${problem}, which docs/architecture.md does not draw`);
if (problems.length > 0) process.exit(1);
console.log(`arrows: ${Object.keys(ARROWS).length} packages import only what they may`);
