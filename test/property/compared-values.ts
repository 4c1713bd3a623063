import type { OracleFeature, OracleView, Row, Value } from "../oracle/index.js";
import type { FeatureEdges } from "./edge-instants.js";
import { classesOf, SIDES, type Side } from "./edge-kinds.js";

/** What was compared so far: how many values, how many of them say something, and at which edges of which features. */
export class ComparedValues {
  values = 0;
  /** PRESENT, and neither zero, false nor empty. */
  telling = 0;
  features = 0;
  /** Rows that became known a microsecond before T, at T, and a microsecond after it. */
  readonly known: [number, number, number] = [0, 0, 0];
  /** Edges that a feature has from its watermark on, and that no value was compared at. */
  readonly unmet: string[] = [];
  /** For each class of features, kind of edge and side of it: values compared there. */
  readonly #met = new Map<string, number>();
  readonly #seen = new Set<string>();

  /** False where this definition, watermark, key and instant were compared before. */
  isNew(definition: string, watermark: bigint, key: readonly Value[], t: bigint): boolean {
    const id = `${definition} ${watermark} ${key.map((part) => `${typeof part} ${part}`).join("\0")} ${t}`;
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    return true;
  }

  count(status: string, value: Value): void {
    this.values++;
    if (status === "PRESENT" && !isNothing(value)) this.telling++;
  }

  countKnown(view: OracleView, rows: readonly Row[], watermark: bigint): void {
    SIDES.forEach((side, i) => {
      this.known[i] = (this.known[i] ?? 0) + rows.filter((row) => view.source.knownAt(row) === watermark + side).length;
    });
  }

  /** Counts the edges that these instants, asked of all keys, have met. */
  countEdges(view: OracleView, edges: readonly FeatureEdges[], instants: readonly bigint[]): void {
    for (const { feature, kind, edges: ofKeys, reachable } of edges) {
      for (const side of reachable) {
        const met = instants.reduce((n, t) => n + ofKeys.filter((own) => own.has(t - side)).length, 0);
        if (met === 0) this.unmet.push(`${feature.name} ${kind} ${side}`);
        for (const name of classesOf(view, feature)) this.#add(name, kind, side, met);
      }
    }
  }

  /** Class and kind to the values compared a microsecond before such an edge, at it and after it. */
  table(): Record<string, readonly [number, number, number]> {
    const names = [...new Set([...this.#met.keys()].map((id) => id.slice(0, id.lastIndexOf(","))))].sort();
    const at = (name: string, side: Side): number => this.#met.get(`${name},${side}`) ?? 0;
    return Object.fromEntries(names.map((name) => [name, [at(name, -1n), at(name, 0n), at(name, 1n)]]));
  }

  #add(name: string, kind: string, side: Side, met: number): void {
    const id = `${name}: ${kind},${side}`;
    this.#met.set(id, (this.#met.get(id) ?? 0) + met);
  }
}

const isNothing = (value: Value): boolean => {
  if (Array.isArray(value)) return value.length === 0;
  // A decimal is text.
  if (typeof value === "string") return value === "" || Number(value) === 0;
  return value === false || value === 0n || value === 0;
};

/** The declaration without its name: two features that say the same are one. */
export const distinctFeatures = (
  features: readonly OracleFeature[],
  declared: readonly { readonly name: string }[],
): OracleFeature[] => {
  const seen = new Set<string>();
  return features.filter((_, i) => {
    const { name: _name, ...rest } = declared[i] ?? { name: "" };
    const id = JSON.stringify(rest);
    return seen.has(id) ? false : seen.add(id);
  });
};
