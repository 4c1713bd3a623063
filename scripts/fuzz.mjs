// Draws cases until the time is up: training frames and online answers against the oracle.
//   npm run fuzz -- [frames|online] [--minutes N] [--seed S] [--path P]
// A failure prints its seed, its shrunk case and the command that replays it, and ends with exit code 1.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, stripVTControlCharacters } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TESTS = { frames: "test/property/frame.test.ts", online: "test/property/online.test.ts" };
/** Cases to a round: a round starts vitest anew, with a seed of its own. */
const ROUND = { frames: 1000, online: 1000 };

const usage = "npm run fuzz -- [frames|online] [--minutes N] [--seed S] [--path P]";
const asked = arguments_();
const end = performance.now() + asked.minutes * 60_000;
const cases = { frames: 0, online: 0 };

// A seed given is one round of each; without one, rounds follow each other until the time is up.
for (let round = 0; round === 0 || (asked.seed === null && performance.now() < end); round++) {
  for (const what of asked.what) {
    const seed = asked.seed ?? randomInt(-(2 ** 31), 2 ** 31);
    await draw(what, seed);
    if (asked.seed === null && performance.now() >= end) break;
  }
}
console.log(`no difference: ${asked.what.map((what) => `${cases[what]} cases of ${what}`).join(", ")}`);

async function draw(what, seed) {
  const runs = asked.path === null ? ROUND[what] : 1;
  const started = performance.now();
  process.stdout.write(`${what}, seed ${seed}, ${asked.path === null ? `${runs} cases` : `path ${asked.path}`} ... `);
  const env = { ...process.env, LOCKSTEP_SEED: String(seed), LOCKSTEP_FUZZ_RUNS: String(runs) };
  if (asked.path !== null) env.LOCKSTEP_PATH = asked.path;
  const { code, text } = await run(what, env);
  console.log(`${code === 0 ? "agree" : "DIFFER"} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  if (code === 0) {
    cases[what] += runs;
    return;
  }
  explain(what, text);
  process.exit(1);
}

function run(what, env) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, "run", TESTS[what]], { cwd: root, env });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
    }
    child.once("error", reject).once("close", (code) => resolve({ code, text: stripVTControlCharacters(text) }));
  });
}

/** From fast-check's own report, which vitest prints: the seed and path of the shrunk case, and the case. */
function explain(what, text) {
  const found = /\{ seed: (-?\d+), path: "([^"]*)"/.exec(text);
  if (!found) {
    console.error(text);
    return;
  }
  const [, seed, path] = found;
  const counterexample = /^\s*Counterexample: (.*)$/m.exec(text)?.[1] ?? "(fast-check printed none)";
  const differences = [...text.matchAll(/^\s*\+\s+"(.*)",$/gm)].map((m) => `  ${m[1]}`);
  console.error(`\nseed ${seed}\n\nthe shrunk case:\n  ${counterexample}`);
  if (differences.length > 0)
    console.error(`\nwhere it differs:\n${[...new Set(differences)].slice(0, 10).join("\n")}`);
  console.error(`\nreplay it:\n  npm run fuzz -- ${what} --seed ${seed} --path ${path}`);
}

function arguments_() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: "string", default: "10" },
        seed: { type: "string" },
        path: { type: "string" },
      },
    });
    const what = positionals.length === 0 ? Object.keys(TESTS) : positionals;
    const minutes = Number(values.minutes);
    const unknown = what.find((name) => !(name in TESTS));
    if (unknown !== undefined) throw new Error(`there is nothing to draw for '${unknown}'`);
    if (!(minutes > 0)) throw new Error("--minutes needs a number above 0");
    if (values.seed !== undefined && !/^-?\d+$/.test(values.seed)) throw new Error("--seed needs an integer");
    if (values.path !== undefined && values.seed === undefined) throw new Error("--path needs its --seed");
    return { what, minutes, seed: values.seed ?? null, path: values.path ?? null };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
