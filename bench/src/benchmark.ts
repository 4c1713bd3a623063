export interface BenchOptions {
  /** Of the full size: 1, or 0.1 with `--small`. */
  readonly scale: number;
  readonly rounds: number;
  /** Of a benchmark with cases: those whose names hold this text. */
  readonly only: string;
  /** Says what is under way. */
  readonly progress: (text: string) => void;
}

/** One measured figure: ours beside the peer's. */
export interface Figure {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  readonly unit: string;
  /** Ours divided by the peer's. */
  readonly ratio: number;
  /** What is claimed of the ratio, such as `<= 1.15`; null where nothing is. */
  readonly target: string | null;
  readonly met: boolean | null;
}

/** A benchmark is a file that exports one of these, and a row in benchmarks.ts. */
export interface Benchmark {
  readonly name: string;
  readonly description: string;
  run(options: BenchOptions): AsyncIterable<Figure>;
}

export interface Target {
  readonly is: "<=" | ">=";
  readonly ratio: number;
}

export function figure(name: string, unit: string, ours: number, peer: number, target?: Target): Figure {
  const ratio = ours / peer;
  return {
    case: name,
    ours,
    peer,
    unit,
    ratio,
    target: target ? `${target.is} ${target.ratio}` : null,
    met: target ? (target.is === "<=" ? ratio <= target.ratio : ratio >= target.ratio) : null,
  };
}
