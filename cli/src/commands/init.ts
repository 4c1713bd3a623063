import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, resolve } from "node:path";
import type { Command } from "../command.js";
import { DATA, exampleRepo } from "../example-repo.js";
import { printable } from "../printable.js";
import type { Style } from "../style.js";
import { writeNew } from "../write-new.js";

interface Initialized {
  readonly dir: string;
  readonly project: string;
  readonly written: readonly string[];
  /** Files that were there already, and are as they were. */
  readonly skipped: readonly string[];
  /** Commands to go on with. */
  readonly next: readonly string[];
}

export const init: Command<{ readonly dir: string }, Initialized> = {
  name: "init",
  summary: "write a small working feature repo",
  description:
    "Writes a configuration, a feature view over a small Parquet file, a feature service and labels to train on. Files that are there already stay as they are.",
  examples: ["fs init", "fs init shop"],
  declare: (parser) => parser.argument("[dir]", "the folder to write to", "."),
  run: async (args, { io, cwd, services }) => {
    const dir = resolve(cwd, args.dir);
    const project = projectName(dir);
    const written: string[] = [];
    const skipped: string[] = [];
    for (const [path, text] of Object.entries(exampleRepo(project)))
      ((await writeNew(join(dir, path), text)) ? written : skipped).push(path);
    const data = join(dir, DATA);
    if (existsSync(data)) skipped.push(DATA);
    else {
      await services.writeExampleData(data);
      written.push(DATA);
    }
    return { dir, project, written, skipped, next: nextSteps(relative(io.cwd, dir), isInstalled(dir)) };
  },
  render: renderInit,
};

/** The folder's name as a name that a project may have: `my-shop` is `my_shop`. */
function projectName(dir: string): string {
  const name = basename(dir)
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[^A-Za-z]+|_+$/g, "");
  return name === "" ? "features" : name;
}

/** Whether what the repo imports is there. */
function isInstalled(dir: string): boolean {
  try {
    createRequire(join(dir, "package.json")).resolve("@lockstep/core");
    return true;
  } catch {
    return false;
  }
}

const nextSteps = (dir: string, installed: boolean): string[] => [
  ...(dir === "" ? [] : [`cd ${/^[\w./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`}`]),
  ...(installed
    ? []
    : ["npm install ../lockstep-packages/*.tgz  # packed from a clone, as its README says: not on npm yet"]),
  "npx fs apply",
  "npx fs train next_order --labels labels.csv --timestamp asked_at --out train.parquet",
  "npx fs materialize",
  "npx fs get next_order customer_id=c1 --statuses",
  "npx fs parity",
];

function renderInit({ dir, written, skipped, next }: Initialized, { colors }: Style): string {
  return [
    `Project in ${printable(dir)}`,
    ...written.map((path) => `  ${colors.green("+")} ${path}`),
    ...skipped.map((path) => `  ${colors.dim(`= ${path} (was there, not touched)`)}`),
    "",
    "Next:",
    ...next.map((command) => `  ${command}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
