import {
  type Column,
  type ListColumns,
  LockstepError,
  PARTIALS,
  type PartialSpec,
  type StateBatch,
  type StateLayout,
  toWire,
  type Value,
  type ViewIR,
} from "@lockstep/core";

/** Rows and distinct values that one key may hold. More is an error that names the key, never a truncation. */
const MAX_ENTRIES = 10_000;

/** A run fails where a key has too many rows or distinct values. */
export function checkEntries(view: ViewIR, batch: StateBatch, row: number, growing: readonly GrowingColumn[]): void {
  const [from, to] = batch.events.range(row);
  if (to - from > MAX_ENTRIES) {
    throw tooMany(
      view,
      batch,
      row,
      `${to - from} rows`,
      "use a sawtooth window, which keeps tiles instead of rows, or a shorter one",
    );
  }
  for (const { list, column } of growing.map((of) => of(batch))) {
    const [first, end] = list?.range(row) ?? [row, row + 1];
    let values = 0;
    for (let i = first; i < end; i++) values += (column.get(i) as readonly Value[] | null)?.length ?? 0;
    if (values > MAX_ENTRIES)
      throw tooMany(view, batch, row, `${values} distinct values`, "use a shorter window, or a longer hop");
  }
}

/** Finds, in a batch, a column of lists that grow with the number of distinct values. */
type GrowingColumn = (batch: StateBatch) => { readonly list: ListColumns | null; readonly column: Column };

export function growingColumns(layout: StateLayout): GrowingColumn[] {
  const places = (partials: readonly PartialSpec[]) => {
    let next = 0;
    return partials.flatMap(({ fn, storage }) => {
      const place = next;
      next += storage.length;
      return PARTIALS[fn].growing ? [place] : [];
    });
  };
  return [
    ...layout.tiles.flatMap(({ partials }, g) =>
      places(partials).map(
        (place): GrowingColumn =>
          (batch) => {
            const list = batch.tiles[g] as ListColumns;
            return { list, column: list.columns[place + 1] as Column };
          },
      ),
    ),
    ...layout.lifetimes.flatMap(({ partials }, g) =>
      places(partials).map(
        (place): GrowingColumn =>
          (batch) => ({ list: null, column: batch.lifetimes[g]?.[place] as Column }),
      ),
    ),
  ];
}

function tooMany(view: ViewIR, batch: StateBatch, row: number, what: string, mend: string): LockstepError {
  const key = view.keys
    .map((k, i) => `${k.key}=${JSON.stringify(toWire(k.type, batch.keys[i]?.get(row) ?? null))}`)
    .join(", ");
  return new LockstepError({
    code: "MAX_ENTRIES",
    place: `feature view '${view.name}', key ${key}`,
    what: `it would keep ${what}, and the limit is ${MAX_ENTRIES}`,
    mend,
  });
}
