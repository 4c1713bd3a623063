import { describeKey } from "./keys.js";
import type { Value } from "./values.js";

/** Section 5: a sum out of the range of int64 or decimal(38,s) names the key. */
export class OracleOverflow extends Error {
  constructor(
    readonly feature: string,
    readonly key: Value[],
  ) {
    super(`the sum of ${feature} is out of range for key ${describeKey(key)}`);
    this.name = "OracleOverflow";
  }
}
