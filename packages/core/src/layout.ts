import { AGGREGATES } from "./aggregations.js";
import type { ExprIR, FeatureIR, NamedType, PushIR, TypeIR, ViewIR, WindowFeatureIR } from "./ir.js";
import { PARTIALS, type PartialFn, type PartialOf } from "./partials.js";

/**
 * What the online store keeps for each key of a view, derived from the view alone. The compiler writes the SQL that
 * computes it, the codec its bytes, and the reader answers features from it, all from this one description.
 *
 * At watermark T, with events known at or before T:
 * - `latest`: the winner's row features and event time;
 * - `tiles`: a partial per tile of `hop` for the events before T - offset (the closed ones), back to `reach`;
 * - `lifetimes`: one partial over the closed events;
 * - `rows`: the events at or after T - `rowsReach`, in the order of events, with the view's inputs; where rows may be
 *   pushed, all events, each with what the `ledger` says.
 */
export interface StateLayout {
  /** The distinct expressions over a row that the features use, each computed once per row. */
  readonly inputs: readonly StateInput[];
  /** The inputs that are row features, or null where the view has none. */
  readonly latest: { readonly inputs: readonly number[]; readonly asOf: "<=" | "<" } | null;
  readonly tiles: readonly TileGroup[];
  readonly lifetimes: readonly LifetimeGroup[];
  /** At least 0: events known before they happen lie after T. */
  readonly rowsReach: number;
  /** Where rows may be pushed: what else is kept of each event, so that a pushed version can take its place. */
  readonly ledger?: Ledger;
  /** One for each feature of the view, in its order. */
  readonly features: readonly FeaturePlan[];
}

export interface StateInput {
  readonly expr: ExprIR;
  readonly type: TypeIR;
}

/** What orders the versions of an event, and the events of a key. */
export interface Ledger {
  readonly id: readonly TypeIR[];
  /** Null: knownAt. */
  readonly version: TypeIR | null;
  readonly ties: readonly LedgerTie[];
  readonly keys: readonly TypeIR[];
  /** Which key comes first where nothing else differs. */
  readonly keyOrder: readonly number[];
}

/** A column of the source that settles ties: an input, or one that the ledger keeps itself. */
export interface LedgerTie {
  readonly column: string;
  readonly type: TypeIR;
  readonly input: number | null;
}

const INSTANT: TypeIR = { kind: "int64" };

/** The columns that an event has after its inputs: its id, its version where one is declared, knownAt, and ties. */
export const ledgerTypes = ({ ledger }: StateLayout): readonly TypeIR[] =>
  ledger
    ? [
        ...ledger.id,
        ...(ledger.version ? [ledger.version] : []),
        INSTANT,
        ...ledger.ties.filter((tie) => tie.input === null).map((tie) => tie.type),
      ]
    : [];

export interface PartialSpec extends PartialOf {
  readonly fn: PartialFn;
  /** Index into `inputs`; null for count(). */
  readonly input: number | null;
  /** Index of the `where` predicate in `inputs`, or null. */
  readonly where: number | null;
  /** Rows whose argument is null do not count (`ignoreNulls`). */
  readonly ignoreNulls: boolean;
  readonly storage: readonly NamedType[];
}

export interface TileGroup {
  readonly hop: number;
  /** `[)`: a tile holds its start and not its end. `(]`: its end and not its start. */
  readonly bounds: "[)" | "(]";
  readonly offset: number;
  /** The greatest window over these tiles. */
  readonly reach: number;
  readonly partials: readonly PartialSpec[];
}

export interface LifetimeGroup {
  readonly offset: number;
  readonly partials: readonly PartialSpec[];
}

export type FeaturePlan =
  | { readonly kind: "latest"; readonly feature: FeatureIR; readonly input: number; readonly slot: number }
  | {
      readonly kind: "window";
      readonly feature: WindowFeatureIR;
      /** The same partials over single rows: for open rows, and for sliding windows all of it. */
      readonly specs: readonly PartialSpec[];
      /** Where the closed events are: a group of tiles, a lifetime, or the rows alone. */
      readonly closed:
        | { readonly kind: "tiles"; readonly group: number; readonly partials: readonly number[] }
        | { readonly kind: "lifetime"; readonly group: number; readonly partials: readonly number[] }
        | { readonly kind: "rows" };
    };

export function stateLayout(view: ViewIR): StateLayout {
  const inputs: StateInput[] = [];
  const indexes = new Map<string, number>();
  const input = (expr: ExprIR): number => {
    const id = JSON.stringify(expr);
    let index = indexes.get(id);
    if (index === undefined) {
      index = inputs.push({ expr, type: expr.type }) - 1;
      indexes.set(id, index);
    }
    return index;
  };
  const tiles: (TileGroup & { partials: PartialSpec[] })[] = [];
  const lifetimes: (LifetimeGroup & { partials: PartialSpec[] })[] = [];
  const latest: number[] = [];
  let rowsReach = 0;
  const reachRows = (micros: number) => {
    rowsReach = Math.max(rowsReach, micros);
  };

  const plan = (feature: FeatureIR): FeaturePlan => {
    if (feature.kind === "row") {
      const index = input(feature.value);
      return { kind: "latest", feature, input: index, slot: slotOf(latest, index) };
    }
    const { shape, size, hop, bounds, offset } = feature.window;
    const specs = partialSpecs(feature, input);
    if (shape === "sliding") {
      reachRows(size + offset);
      return { kind: "window", feature, specs, closed: { kind: "rows" } };
    }
    reachRows(offset);
    if (shape === "lifetime") {
      const group = findOrAdd(lifetimes, (g) => g.offset === offset, { offset, partials: [] });
      const partials = specs.map((spec) => addPartial(lifetimes[group]?.partials ?? [], spec));
      return { kind: "window", feature, specs, closed: { kind: "lifetime", group, partials } };
    }
    const side = bounds === "(]" ? "(]" : "[)";
    const group = findOrAdd(tiles, (g) => g.hop === hop && g.bounds === side && g.offset === offset, {
      hop,
      bounds: side,
      offset,
      reach: 0,
      partials: [],
    });
    const tile = tiles[group] as TileGroup & { partials: PartialSpec[] };
    tiles[group] = { ...tile, reach: Math.max(tile.reach, size) };
    const partials = specs.map((spec) => addPartial(tile.partials, spec));
    return { kind: "window", feature, specs, closed: { kind: "tiles", group, partials } };
  };

  const features = view.features.map(plan);
  return {
    inputs,
    latest: latest.length > 0 ? { inputs: latest, asOf: view.asOf } : null,
    tiles,
    lifetimes,
    rowsReach,
    ...(view.push ? { ledger: ledgerOf(view, view.push, inputs) } : {}),
    features,
  };
}

function ledgerOf({ keys }: ViewIR, { id, version, reads, keyOrder }: PushIR, inputs: readonly StateInput[]): Ledger {
  const inputOf = (name: string) => inputs.findIndex(({ expr }) => expr.kind === "column" && expr.name === name);
  return {
    id: id.map((c) => c.type),
    version: version?.type ?? null,
    ties: reads.map(({ name, type }) => ({ column: name, type, input: inputOf(name) < 0 ? null : inputOf(name) })),
    keys: keys.map((k) => k.type),
    keyOrder,
  };
}

function partialSpecs(feature: WindowFeatureIR, input: (expr: ExprIR) => number): PartialSpec[] {
  const argument = feature.argument?.type ?? null;
  const n = feature.params?.n;
  return AGGREGATES[feature.aggregate].partials.map((fn) => ({
    fn,
    input: feature.argument ? input(feature.argument) : null,
    argument,
    ...(PARTIALS[fn].limited && n !== undefined ? { n } : {}),
    where: feature.where ? input(feature.where) : null,
    ignoreNulls: feature.ignoreNulls,
    storage: PARTIALS[fn].storage(argument),
  }));
}

const slotOf = (list: number[], value: number): number => {
  const at = list.indexOf(value);
  return at >= 0 ? at : list.push(value) - 1;
};

const addPartial = (list: PartialSpec[], spec: PartialSpec): number => {
  const id = JSON.stringify(spec);
  return findOrAdd(list, (other) => JSON.stringify(other) === id, spec);
};

function findOrAdd<T>(list: T[], is: (item: T) => boolean, item: T): number {
  const at = list.findIndex(is);
  return at >= 0 ? at : list.push(item) - 1;
}
