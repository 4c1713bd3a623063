#!/usr/bin/env node
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Figure } from "./benchmark.js";
import { benchmarks } from "./benchmarks.js";
import { table } from "./table.js";

const USAGE = `npm run bench -- NAME [--json] [--rounds N] [--small | --scale F] [--only TEXT]
npm run bench -- list`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: "5" },
      small: { type: "boolean", default: false },
      scale: { type: "string" },
      only: { type: "string", default: "" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [name] = positionals;
  if (values.help || name === undefined || name === "list") {
    const names = Math.max(...benchmarks.map((b) => b.name.length));
    console.log(benchmarks.map((b) => `${b.name.padEnd(names)}  ${b.description}`).join("\n"));
    if (name !== "list") console.log(`\n${USAGE}`);
    return;
  }
  const benchmark = benchmarks.find((b) => b.name === name);
  if (!benchmark) throw new Error(`there is no benchmark '${name}': ${benchmarks.map((b) => b.name).join(", ")}`);
  const rounds = positive("--rounds", values.rounds);
  const scale = values.scale === undefined ? (values.small ? 0.1 : 1) : positive("--scale", values.scale);
  if (!Number.isInteger(rounds)) throw new Error("--rounds takes a whole number");
  const progress = (text: string): void => console.error(text);
  progress(`${cpus().length} × ${cpus()[0]?.model ?? "CPU"}, Node ${process.versions.node}, scale ${scale}`);

  const figures: Figure[] = [];
  for await (const figure of benchmark.run({ scale, rounds, only: values.only, progress })) {
    figures.push(figure);
    if (values.json) console.log(JSON.stringify({ bench: name, ...figure }));
  }
  if (!values.json) console.log(table(figures));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option} takes a number above 0`);
  return value;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (process.env["LOCKSTEP_TRACE"]) console.error(error);
  process.exitCode = 1;
});
