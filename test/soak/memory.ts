import { readFile } from "node:fs/promises";

/** Of all of the server's processes together, in bytes. */
export interface MemorySample {
  /** Since the load began. */
  readonly seconds: number;
  readonly rss: number;
  readonly heap: number;
}

export interface Growth {
  /** By regression, at the beginning and at the end of the time that counts. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** What a server takes until it is warm doesn't count: caches fill, and V8 finds its size. */
const WARM_UP = 1 / 3;
const SHARE = 0.1;
const BYTES_EACH = 96e6;

/**
 * How much the memory has grown by, as a line through the samples after the warm-up has it. The bound is the same for a
 * minute and for an hour, so that a longer time finds smaller leaks.
 */
export function growth(samples: readonly MemorySample[], of: "rss" | "heap", processes: number): Growth {
  const end = samples.at(-1)?.seconds ?? 0;
  const warm = samples.filter(({ seconds }) => seconds >= end * WARM_UP);
  const x = mean(warm.map((s) => s.seconds));
  const y = mean(warm.map((s) => s[of]));
  const covariance = mean(warm.map((s) => (s.seconds - x) * (s[of] - y)));
  const slope = covariance / (mean(warm.map((s) => (s.seconds - x) ** 2)) || 1);
  const at = (seconds: number) => y + slope * (seconds - x);
  const from = at(warm[0]?.seconds ?? 0);
  return { from, to: at(end), most: from * (1 + SHARE) + processes * BYTES_EACH };
}

/** Written so that no sample at all is no flat memory. */
export const isFlat = ({ to, most }: Growth): boolean => to > 0 && to <= most;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The resident memory of a process and those that it has started. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
  const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  const others = children === "" ? [] : await Promise.all(children.split(" ").map((id) => residentBytes(Number(id))));
  return others.reduce((a, b) => a + b, own);
}
