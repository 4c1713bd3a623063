import type { Benchmark } from "./benchmark.js";
import { feast } from "./feast/feast.js";
import { frame } from "./frame/frame.js";
import { frameBig } from "./frame-big/frame-big.js";
import { materializing } from "./materialize/materialize.js";
import { online } from "./online/online.js";
import { parityBench } from "./parity/parity.js";
import { pushing } from "./push/push.js";
import { serving } from "./serve/serve.js";
import { servingLog } from "./serving-log/serving-log.js";

/** A new benchmark is a new row. */
export const benchmarks: readonly Benchmark[] = [
  frame,
  frameBig,
  feast,
  materializing,
  online,
  parityBench,
  pushing,
  serving,
  servingLog,
];
