import type { Figure } from "../benchmark.js";
import type { MeasureOptions } from "../measure.js";
import type { ServerProcess } from "./server-process.js";

/** What all sections of `serve` are measured with. */
export interface Bench extends MeasureOptions {
  /** The Redis that is filled. */
  readonly redis: { readonly url: string };
  readonly keys: number;
  /** Our server, one process. */
  readonly ours: ServerProcess;
  /** How long a load of so many seconds takes at this scale. */
  readonly lasting: (seconds: number) => number;
}

export interface Section {
  readonly name: string;
  /** Fails where what the section needs is not installed. */
  readonly ready?: (progress: (text: string) => void) => Promise<unknown>;
  run(bench: Bench): AsyncIterable<Figure>;
}

export const entitiesText = (entities: number): string =>
  entities === 1 ? "one entity" : `${entities.toLocaleString("en-US")} entities`;
