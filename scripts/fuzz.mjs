// Draws cases until the time is up: training frames, online answers and histories against the oracle, damaged bytes
// for the decoder, documents for the server, processes killed amid a run.
//   npm run fuzz -- [frames|online|values|histories|decoder|documents|crash] [--minutes N] [--seed S] [--path P] [--kills N]
// A failure prints its seed, its shrunk case and the command that replays it, and ends with exit code 1.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, stripVTControlCharacters } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Cases to a round, of which each starts vitest anew with a seed of its own; `once`: a round is all, unless minutes are given. */
const KINDS = {
  frames: { test: "test/property/frame.test.ts", round: 1000 },
  online: { test: "test/property/online.test.ts", round: 1000 },
  values: { test: "test/property/values.test.ts", round: 200 },
  histories: { test: "test/property/history.test.ts", round: 300 },
  decoder: { test: "packages/online/test/corruption.test.ts", round: 1_000_000, once: true },
  documents: { test: "server/test/fuzz.test.ts", round: 10_000, once: true },
  crash: { test: "test/crash/crash.test.ts", round: 100, once: true },
};
const DEFAULT_MINUTES = 10;

const usage = `npm run fuzz -- [${Object.keys(KINDS).join("|")}] [--minutes N] [--seed S] [--path P] [--kills N]`;
const asked = arguments_();
const end = performance.now() + asked.minutes * 60_000;
const cases = Object.fromEntries(asked.what.map((what) => [what, 0]));

// A seed given is one round of each; without one, rounds follow each other until the time is up.
for (let round = 0; round === 0 || (!asked.once && performance.now() < end); round++) {
  for (const what of asked.what) {
    const seed = asked.seed ?? randomInt(-(2 ** 31), 2 ** 31);
    await draw(what, seed);
    if (!asked.once && performance.now() >= end) break;
  }
}
console.log(`no difference: ${asked.what.map((what) => `${cases[what]} cases of ${what}`).join(", ")}`);

async function draw(what, seed) {
  const runs = asked.path !== null ? 1 : what === "crash" ? asked.kills : KINDS[what].round;
  const started = performance.now();
  process.stdout.write(`${what}, seed ${seed}, ${asked.path === null ? `${runs} cases` : `path ${asked.path}`} ... `);
  const env = { ...process.env, LOCKSTEP_SEED: String(seed), LOCKSTEP_FUZZ_RUNS: String(runs) };
  if (asked.path !== null) env.LOCKSTEP_PATH = asked.path;
  const { code, text } = await run(what, env);
  console.log(`${code === 0 ? "agree" : "DIFFER"} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  if (code === 0) {
    cases[what] += runs;
    for (const [line] of text.matchAll(/^(killed|fuzzed|histories|values).*$/gm)) console.log(`  ${line}`);
    return;
  }
  explain(what, seed, text);
  process.exit(1);
}

function run(what, env) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, "run", KINDS[what].test], { cwd: root, env });
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
function explain(what, drawn, text) {
  const found = /\{ seed: (-?\d+), path: "([^"]*)"/.exec(text);
  if (!found) {
    console.error(`${text}\nreplay it:\n  npm run fuzz -- ${what} --seed ${drawn}`);
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
        minutes: { type: "string" },
        seed: { type: "string" },
        path: { type: "string" },
        kills: { type: "string", default: String(KINDS.crash.round) },
      },
    });
    const unknown = positionals.find((name) => !(name in KINDS));
    if (unknown !== undefined) throw new Error(`there is nothing to draw for '${unknown}'`);
    const what = positionals.length > 0 ? positionals : Object.keys(KINDS).filter((name) => !KINDS[name].once);
    const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
    if (!(minutes > 0)) throw new Error("--minutes needs a number above 0");
    if (values.seed !== undefined && !/^-?\d+$/.test(values.seed)) throw new Error("--seed needs an integer");
    if (values.path !== undefined && values.seed === undefined) throw new Error("--path needs its --seed");
    const kills = Number(values.kills);
    if (!(Number.isInteger(kills) && kills > 0)) throw new Error("--kills needs a whole number above 0");
    const seed = values.seed ?? null;
    const once = seed !== null || (values.minutes === undefined && what.every((name) => KINDS[name].once));
    return { what, minutes, seed, kills, once, path: values.path ?? null };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
