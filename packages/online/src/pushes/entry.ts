import { compareValues, type Ledger, type Value } from "@lockstep/core";

/** A version of an event, as a view sees it. */
export interface Entry {
  readonly id: readonly Value[];
  /** A part that is null: the event belongs to nobody. */
  readonly key: readonly Value[];
  /** Null where knownAt is the version. */
  readonly version: Value;
  readonly at: bigint;
  readonly knownAt: bigint;
  readonly deleted: boolean;
  /** The ledger's ties. */
  readonly ties: readonly Value[];
  /** The view's inputs, where the entry is one that can be the event. */
  readonly inputs: readonly Value[] | null;
}

/**
 * Which of two versions of an event is the greater: `(version, knownAt)`, then a deletion, then the order of events,
 * then the view's keys. Section "Corrections" of docs/semantics.md.
 */
export function compareEntries(ledger: Ledger, a: Entry, b: Entry): number {
  return (
    compareVersions(ledger, a, b) ||
    compareInstants(a.knownAt, b.knownAt) ||
    Number(a.deleted) - Number(b.deleted) ||
    compareInstants(a.at, b.at) ||
    compareTies(ledger, a, b) ||
    compareKeys(ledger, a, b)
  );
}

/** The order of a key's events. */
export const compareEvents = (ledger: Ledger, a: Entry, b: Entry): number =>
  compareInstants(a.at, b.at) || compareVersions(ledger, a, b) || compareTies(ledger, a, b);

const compareInstants = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const compareVersions = ({ version }: Ledger, a: Entry, b: Entry): number =>
  version ? compareValues(version, a.version, b.version) : compareInstants(a.knownAt, b.knownAt);

const compareTies = ({ ties }: Ledger, a: Entry, b: Entry): number =>
  first(ties, (tie, i) => compareValues(tie.type, a.ties[i] ?? null, b.ties[i] ?? null));

const compareKeys = ({ keys, keyOrder }: Ledger, a: Entry, b: Entry): number =>
  first(keyOrder, (key) => {
    const type = keys[key];
    return type ? compareValues(type, a.key[key] ?? null, b.key[key] ?? null) : 0;
  });

function first<T>(items: readonly T[], compare: (item: T, index: number) => number): number {
  for (const [i, item] of items.entries()) {
    const order = compare(item, i);
    if (order !== 0) return order;
  }
  return 0;
}
