import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { build, type Plugin } from "esbuild";
import { type Mutation, mutated, ROOT } from "./mutation.js";

/** Longer than any trial takes. Without an answer by then nothing is known, least of all that a mutation was seen. */
const LIMIT_MS = 600_000;

export interface Killed {
  /** Which tests saw it; null: it survived. */
  readonly by: string | null;
  /** The first thing that was wrong; empty where all tests passed. */
  readonly what: string;
  readonly seconds: number;
}

/**
 * Runs the tests over the workspace's sources with one of them changed; with none for null. Nothing on the disk is
 * changed: the sources are bundled (or transformed by vitest) with the changed text in the place of the file's.
 */
export async function tryOut(mutation: Mutation | null): Promise<Killed> {
  const started = performance.now();
  const [by, what] = mutation?.tests ? await runTests(mutation, mutation.tests) : await runTrial(mutation);
  return { by, what, seconds: (performance.now() - started) / 1000 };
}

type Outcome = readonly [by: string | null, what: string];
const NO_ANSWER: Outcome = [null, `no answer after ${LIMIT_MS / 1000} s`];

/** The property tests' cases, in one process without vitest. */
async function runTrial(mutation: Mutation | null): Promise<Outcome> {
  // Inside node_modules, so that the bundle finds the packages that it leaves out.
  const folder = join(ROOT, "node_modules", ".cache", "lockstep-mutation");
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, "trial-"));
  const outfile = join(own, "trial.mjs");
  try {
    await build({
      entryPoints: [join(ROOT, "test/mutation/trial.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "silent",
      plugins: [sources(), ...(mutation ? [change(mutation)] : [])],
    });
    const { code, text, late } = await run([outfile]);
    if (late) return NO_ANSWER;
    const answer = text.split("\n").find((line) => /^(null|\{.*\})$/.test(line));
    if (answer === undefined) return ["a crash", `exit code ${code}: ${text.slice(0, 500)}`];
    const found = JSON.parse(answer) as { by: string; what: string } | null;
    return found ? [found.by, found.what] : [null, ""];
  } finally {
    await rm(own, { recursive: true });
  }
}

async function runTests(mutation: Mutation, tests: readonly string[]): Promise<Outcome> {
  mutated(mutation);
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const config = join(ROOT, "test/mutation/vitest.config.ts");
  const { code, text, late } = await run([vitest, "run", "--config", config, "--bail", "1", ...tests], {
    LOCKSTEP_MUTATION: mutation.name,
  });
  if (late) return NO_ANSWER;
  if (code === 0) return [null, ""];
  const failed = /^ *FAIL +(\S+)(?: > (.*))?$/m.exec(text);
  if (!failed) return [null, `vitest failed before any test did: ${text.trim().slice(-500)}`];
  return [failed[1] ?? "", failed[2] ?? ""];
}

/** Our own packages from their sources; everything else stays where it is installed. */
const sources = (): Plugin => ({
  name: "sources",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return null;
      const own = /^@lockstep\/([a-z]+)$/.exec(path)?.[1];
      return own ? { path: join(ROOT, "packages", own, "src/index.ts") } : { path, external: true };
    });
  },
});

const change = (mutation: Mutation): Plugin => ({
  name: "change",
  setup({ onLoad }) {
    const contents = mutated(mutation);
    const path = join(ROOT, mutation.file);
    onLoad({ filter: /\.ts$/ }, (loaded) => (loaded.path === path ? { contents, loader: "ts" } : null));
  },
});

function run(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; text: string; late: boolean }>((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...env }, timeout: LIMIT_MS, maxBuffer: 1 << 28 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, text: stripVTControlCharacters(`${stdout}\n${stderr}`), late: error?.killed ?? false });
    });
  });
}
