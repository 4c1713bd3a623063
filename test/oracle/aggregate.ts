import { equalityText } from "./equality.js";
import type { WindowFeature } from "./feature.js";
import { quantileOf } from "./quantile.js";
import type { Row } from "./source.js";
import { meanOf, type Result, sumOf } from "./sums.js";
import { compareValues, type Type, type Value } from "./values.js";
import { stddevOf, varianceOf } from "./variances.js";

/** Section 5's table of aggregates, over rows in section 2's order of events. */
export function aggregate(feature: WindowFeature, rows: Row[], overflow: () => Error): Result {
  const { arg } = feature;
  if (arg === undefined) {
    if (feature.aggregate !== "count") throw new Error(`${feature.name}: ${feature.aggregate} needs an argument`);
    return { value: BigInt(rows.length) };
  }
  const { type } = arg;
  const all = rows.map(arg.value);
  const values = all.filter((value) => value !== null);
  // Section 5: nulls stay in the first/last family unless ignoreNulls.
  const ordered = feature.ignoreNulls === true ? values : all;
  switch (feature.aggregate) {
    case "count":
      return { value: BigInt(values.length) };
    case "countDistinct":
      return { value: BigInt(new Set(values.map((value) => equalityText(type, value))).size) };
    case "sum":
      return sumOf(type, values, overflow);
    case "mean":
      return meanOf(type, values);
    case "variance":
      return varianceOf(type, values, "sample");
    case "varPop":
      return varianceOf(type, values, "population");
    case "stddev":
      return stddevOf(type, values, "sample");
    case "stddevPop":
      return stddevOf(type, values, "population");
    case "min":
      return { value: extreme(type, values, -1) };
    case "max":
      return { value: extreme(type, values, 1) };
    case "first":
      return { value: ordered[0] ?? null };
    case "last":
      return { value: ordered[ordered.length - 1] ?? null };
    case "firstN":
      return { value: ordered.slice(0, limit(feature)) };
    case "lastN":
      return { value: [...ordered].reverse().slice(0, limit(feature)) };
    case "quantile":
      if (feature.p === undefined) throw new Error(`${feature.name}: quantile needs p`);
      return { value: quantileOf(type, values, feature.p) };
  }
}

function extreme(type: Type, values: Value[], sign: 1 | -1): Value {
  return values.reduce<Value>(
    (best, value) => (best === null || sign * compareValues(type, value, best) > 0 ? value : best),
    null,
  );
}

function limit({ name, n }: WindowFeature): number {
  if (n === undefined || !Number.isInteger(n) || n < 1) throw new Error(`${name}: n must be a positive integer`);
  return n;
}
