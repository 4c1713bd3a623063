/** What one run measured: numbers by name. */
export type Sample = Readonly<Record<string, number>>;

export type Contenders = Readonly<Record<string, () => Promise<Sample>>>;

export interface MeasureOptions {
  readonly rounds: number;
  /** Runs of each before the rounds that count. */
  readonly warmUps: number;
  readonly progress: (text: string) => void;
}

/**
 * The contenders alternate, so that whatever else the machine does hurts all of them, and each round begins with
 * another one. Gives the medians of each contender's samples.
 */
export async function alternate<C extends Contenders>(
  contenders: C,
  { rounds, warmUps, progress }: MeasureOptions,
): Promise<{ readonly [K in keyof C]: Awaited<ReturnType<C[K]>> }> {
  const names = Object.keys(contenders);
  const samples = new Map(names.map((name) => [name, [] as Sample[]]));
  for (let round = -warmUps; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + Math.abs(round)) % names.length] as string;
      const sample = await (contenders[name] as () => Promise<Sample>)();
      if (round >= 0) samples.get(name)?.push(sample);
      progress(`${round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`}: ${name} ${describe(sample)}`);
    }
  }
  return Object.fromEntries([...samples].map(([name, all]) => [name, medians(all)])) as never;
}

/** How long the work took, in seconds, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function medians(samples: readonly Sample[]): Sample {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((s) => s[name] ?? Number.NaN))]));
}

function describe(sample: Sample): string {
  return Object.entries(sample)
    .map(([name, value]) => `${name} ${value.toPrecision(3)}`)
    .join(", ");
}
