import type { Benchmark } from "./benchmark.js";
import { frame } from "./frame/frame.js";
import { materializing } from "./materialize/materialize.js";

/** A new benchmark is a new row. */
export const benchmarks: readonly Benchmark[] = [frame, materializing];
