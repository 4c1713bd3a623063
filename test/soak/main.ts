import { parseArgs } from "node:util";
import { ensureProgram } from "../support/ensure-program.js";
import { checks, report } from "./report.js";
import { soak } from "./soak.js";

const USAGE = "npm run soak -- [--seconds N] [--workers N] [--samples N] [--seed N] [--json]";

/** `npm run soak`: a table of what was found; exit code 1 where something doesn't hold, 2 for wrong arguments. */
async function main(): Promise<number> {
  const options = arguments_();
  if (options === null) return 2;
  const { json, ...rest } = options;
  ensureProgram({ name: "redis-server", version: "--version", debian: "redis-server", macos: "redis" });
  const findings = await soak({ ...rest, progress: (text) => console.error(`${text} ...`) });
  const rows = checks(findings);
  const good = rows.every((check) => check.good);
  console.log(json ? JSON.stringify({ good, checks: rows, ...findings }, null, 2) : report(findings));
  return good ? 0 : 1;
}

function arguments_() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: "string", default: "1800" },
        workers: { type: "string", default: "1" },
        samples: { type: "string", default: "10000" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        json: { type: "boolean", default: false },
      },
    });
    const { json, seconds, workers, samples, seed } = values;
    const numbers = {
      seconds: Number(seconds),
      workers: Number(workers),
      samples: Number(samples),
      seed: Number(seed),
    };
    const wrong = Object.entries(numbers).find(([name, n]) => !(Number.isInteger(n) && n >= (name === "seed" ? 0 : 1)));
    if (wrong) throw new Error(`--${wrong[0]} needs a whole number`);
    return { ...numbers, json };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return null;
  }
}

process.exitCode = await main();
