import type { OracleFeature } from "./feature.js";
import type { Type } from "./values.js";

/** The type of a feature's value, to hand to sameValue. */
export function resultType(feature: OracleFeature): Type {
  if (feature.kind === "row") return feature.type;
  if (feature.aggregate === "count") return { kind: "int64" };
  if (feature.arg === undefined) throw new Error(`${feature.aggregate} needs an argument`);
  const { type } = feature.arg;
  switch (feature.aggregate) {
    case "countDistinct":
      return { kind: "int64" };
    case "sum":
      return sumType(type);
    case "mean":
    case "variance":
    case "stddev":
    case "varPop":
    case "stddevPop":
      return { kind: "float64" };
    case "firstN":
    case "lastN":
      return { kind: "list", element: type };
    default:
      return type;
  }
}

function sumType(type: Type): Type {
  if (type.kind === "decimal") return { kind: "decimal", precision: 38, scale: type.scale };
  return { kind: type.kind === "float32" || type.kind === "float64" ? "float64" : "int64" };
}
