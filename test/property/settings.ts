/**
 * How the property tests run, from the environment: `npm run fuzz` sets it, and so does the command that a failure
 * prints. LOCKSTEP_SEED and LOCKSTEP_PATH replay one case, LOCKSTEP_FUZZ_RUNS says how many are drawn.
 */
export function settings(runs: number): { numRuns: number; seed?: number; path?: string } {
  const { LOCKSTEP_FUZZ_RUNS: asked, LOCKSTEP_SEED: seed, LOCKSTEP_PATH: path } = process.env;
  return {
    numRuns: asked ? Number(asked) : runs,
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path ? { path } : {}),
  };
}
