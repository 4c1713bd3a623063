import type { OracleFeature, OracleView } from "../oracle/feature.js";
import { edgeKinds, SIDES, type Side } from "./edge-kinds.js";
import type { KeyOracle } from "./key-oracle.js";

/** A feature's edges of one kind: of each key the instants, and what of it can be asked at all. */
export interface FeatureEdges {
  readonly feature: OracleFeature;
  readonly kind: string;
  /** For each key, the edges that its events make. */
  readonly edges: readonly ReadonlySet<bigint>[];
  /** The sides of such edges that lie at the watermark or later. */
  readonly reachable: readonly Side[];
}

export function featureEdges(
  view: OracleView,
  features: readonly OracleFeature[],
  keys: readonly KeyOracle[],
  watermark: bigint,
): FeatureEdges[] {
  return features.flatMap((feature) =>
    edgeKinds(view, feature).map(({ name, instants }) => {
      const edges = keys.map(({ history }) => new Set(instants(history, watermark)));
      const reachable = SIDES.filter((side) => edges.some((own) => [...own].some((edge) => edge + side >= watermark)));
      return { feature, kind: name, edges, reachable };
    }),
  );
}

/** For each feature, kind and side the first such instant from the watermark on, and one of the next few. */
export function edgeInstants(all: readonly FeatureEdges[], watermark: bigint): bigint[] {
  const chosen = new Set<bigint>();
  for (const [i, { edges, reachable }] of all.entries()) {
    for (const side of reachable) {
      const instants = [...new Set(edges.flatMap((own) => [...own].map((edge) => edge + side)))]
        .filter((t) => t >= watermark)
        .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      for (const t of [instants[0], instants[1 + (i % 4)]]) if (t !== undefined) chosen.add(t);
    }
  }
  return [...chosen];
}
