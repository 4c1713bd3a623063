import { stateLayout, type ViewIR } from "@lockstep/core";
import {
  isGivenKey,
  isIdKey,
  isWholeRow,
  type KeyRows,
  keyName,
  type OnlineStore,
  type RowWrite,
} from "@lockstep/online";

export interface DamagedRow extends RowWrite {
  /** There is a whole one in its place. */
  readonly isMended: boolean;
}

/** Pushed rows of a key whose bytes in the online store are not as they were written. */
export interface DamagedRows {
  /** A key of the view's entity, or an id of its source. */
  readonly key: string;
  readonly rows: number;
  /** Made again from copies of theirs; the others stay, and what needs them is an error. */
  readonly mended: boolean;
}

/** Those of keys, and of rows as they were given. The index of ids is looked after where it is read. */
export const damagedIn = (batch: readonly KeyRows[]): RowWrite[] =>
  batch.flatMap(({ key, rows }) =>
    isIdKey(key) ? [] : rows.flatMap((row) => (isWholeRow(row) ? [] : [{ key, row }])),
  );

/**
 * Once a run is published, the keys have been told again all that the index knows. So their damaged rows go, unless the
 * index itself has lost something. What is damaged of the rows as they were given has no other copy.
 */
export async function removeMended(
  store: Pick<OnlineStore, "removeRows">,
  generation: number,
  found: readonly DamagedRow[],
): Promise<readonly DamagedRow[]> {
  const isWhole = found.every(({ key, isMended }) => isMended || !isIdKey(key));
  const told = found.map((row) => ({ ...row, isMended: row.isMended || (isWhole && !isGivenKey(row.key)) }));
  await store.removeRows(
    generation,
    told.filter(({ key, isMended }) => isMended && !isIdKey(key)),
  );
  return told;
}

export function namedDamage(view: ViewIR, found: readonly DamagedRow[]): DamagedRows[] {
  const layout = stateLayout(view);
  const keys = new Map<string, DamagedRows>();
  for (const { key, isMended } of found) {
    const name = keyName(view, layout, key);
    const of = `${isMended} ${name}`;
    keys.set(of, { key: name, rows: (keys.get(of)?.rows ?? 0) + 1, mended: isMended });
  }
  return [...keys.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
