import { type Growth, isFlat } from "./memory.js";

/** What a soak has found. */
export interface Findings {
  readonly seconds: number;
  readonly workers: number;
  readonly seed: number;
  /** Requests a second: the most that could be answered, and what was. */
  readonly saturation: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly string[];
  readonly versions: number;
  readonly runs: number;
  readonly sampled: number;
  /** How many answers were to be looked at. */
  readonly wanted: number;
  readonly values: number;
  readonly wrong: readonly string[];
  readonly mixed: readonly string[];
  readonly rss: Growth;
  readonly heap: Growth;
  /** How long the whole of it stood still at a time, in seconds: a machine that does is no place for a soak. */
  readonly stills: readonly number[];
  /** The server's code once it was told to end. */
  readonly exit: number | null;
}

export interface Check {
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
  readonly good: boolean;
}

const LEAST_VERSIONS = 2;

/** Each thing that must hold. */
export const checks = (f: Findings): Check[] => [
  {
    what: "failed requests",
    found: `${f.failed} of ${f.requests}`,
    wanted: "0",
    good: f.failed === 0 && f.requests > 0,
  },
  {
    what: "answers that differ from the oracle's",
    found: `${f.wrong.length} in ${f.sampled} (${f.values} values)`,
    wanted: `0 in ${least(f)}`,
    good: f.wrong.length === 0 && f.sampled >= least(f),
  },
  { what: "answers of mixed generations", found: String(f.mixed.length), wanted: "0", good: f.mixed.length === 0 },
  {
    what: "versions served, and runs",
    found: `${f.versions}, ${f.runs}`,
    wanted: `${LEAST_VERSIONS} or more`,
    good: f.versions >= LEAST_VERSIONS && f.runs >= f.versions,
  },
  grown("resident memory", f.rss),
  grown("heap in use", f.heap),
  { what: "the server's end", found: `code ${f.exit}`, wanted: "code 0", good: f.exit === 0 },
];

/** All of them, where there were fewer answers than were to be looked at. */
const least = ({ wanted, requests, failed }: Findings): number => Math.min(wanted, requests - failed);

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

const grown = (what: string, growth: Growth): Check => ({
  what: `${what}, MB`,
  found: `${megabytes(growth.from)} to ${megabytes(growth.to)}`,
  wanted: `${megabytes(growth.most)} or less`,
  good: isFlat(growth),
});

/** For people: a line for each check, and what was wrong. */
export function report(findings: Findings): string {
  const rows = checks(findings);
  const { saturation, rate, p50, p99, workers, seconds, seed } = findings;
  const width = (of: (check: Check) => string) => Math.max(...rows.map((row) => of(row).length));
  const [what, found] = [width((c) => c.what), width((c) => c.found)];
  return [
    `${seconds} s, workers: ${workers}, seed ${seed}: ${rate.toFixed(0)} requests a second of ${saturation.toFixed(0)} that can be, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    ...(findings.stills.length === 0
      ? []
      : [`it stood still for ${findings.stills.map((s) => s.toFixed(0)).join(", ")} s`]),
    ...rows.map((c) => `${c.good ? "ok  " : "FAIL"}  ${c.what.padEnd(what)}  ${c.found.padEnd(found)}  ${c.wanted}`),
    ...[...findings.failures, ...findings.mixed, ...findings.wrong].slice(0, 10).map((text) => `  ${text}`),
  ].join("\n");
}
