import type { Column, ListColumns, PartialSpec, StateBatch, StateLayout, TypeIR, Value } from "@lockstep/core";

/** A key's state as plain data: what a batch holds in a row. Partials are their storage columns. */
export interface PlainState {
  readonly key?: readonly Value[];
  readonly latest: { readonly at: bigint; readonly values: readonly Value[] } | null;
  readonly tiles: readonly (readonly { readonly start: bigint; readonly partials: readonly (readonly Value[])[] }[])[];
  readonly lifetimes: readonly (readonly (readonly Value[])[])[];
  readonly events: readonly { readonly at: bigint; readonly inputs: readonly Value[] }[];
}

const TIMESTAMP: TypeIR = { kind: "timestamp" };

export const columnOf = (type: TypeIR, values: readonly Value[]): Column => ({
  type,
  valid: (row) => values[row] !== null,
  get: (row) => values[row] as Value,
});

/** A column over a typed array, as a database hands them out. */
export const rawColumn = (type: TypeIR, values: readonly (number | bigint | null)[]): Column => {
  const big = type.kind === "int64" || type.kind === "timestamp";
  const filled = values.map((value) => value ?? (big ? 0n : 0));
  const raw = big
    ? BigInt64Array.from(filled as bigint[])
    : type.kind === "int32"
      ? Int32Array.from(filled as number[])
      : type.kind === "float32"
        ? Float32Array.from(filled as number[])
        : Float64Array.from(filled as number[]);
  return { ...columnOf(type, values), raw };
};

const RAW = new Set(["int32", "int64", "float32", "float64", "timestamp"]);

/** A batch of plain states; with `raw`, numbers lie in typed arrays. */
export function stateBatchOf(
  layout: StateLayout,
  keyTypes: readonly TypeIR[],
  states: readonly PlainState[],
  raw = false,
): StateBatch {
  const column = (type: TypeIR, values: readonly Value[]) =>
    raw && RAW.has(type.kind) ? rawColumn(type, values as readonly (number | bigint | null)[]) : columnOf(type, values);
  const storage = (specs: readonly PartialSpec[]) => specs.flatMap((spec) => spec.storage.map(({ type }) => type));
  const lists = (types: readonly TypeIR[], rows: readonly (readonly (readonly Value[])[])[]): ListColumns => {
    const ends = [0];
    for (const list of rows) ends.push((ends.at(-1) as number) + list.length);
    const flat = rows.flat();
    return {
      range: (row) => [ends[row] as number, ends[row + 1] as number],
      columns: types.map((type, c) =>
        column(
          type,
          flat.map((r) => r[c] as Value),
        ),
      ),
    };
  };
  const inputs = layout.inputs.map(({ type }) => type);
  return {
    rows: states.length,
    keys: keyTypes.map((type, k) =>
      column(
        type,
        states.map((s) => s.key?.[k] ?? null),
      ),
    ),
    latest: layout.latest && {
      at: column(
        TIMESTAMP,
        states.map((s) => s.latest?.at ?? null),
      ),
      values: layout.latest.inputs.map((input, slot) =>
        column(
          inputs[input] as TypeIR,
          states.map((s) => s.latest?.values[slot] ?? null),
        ),
      ),
    },
    tiles: layout.tiles.map(({ partials }, g) =>
      lists(
        [TIMESTAMP, ...storage(partials)],
        states.map((s) => (s.tiles[g] ?? []).map((tile) => [tile.start, ...tile.partials.flat()])),
      ),
    ),
    lifetimes: layout.lifetimes.map(({ partials }, g) =>
      storage(partials).map((type, c) =>
        column(
          type,
          states.map((s) => s.lifetimes[g]?.flat()[c] ?? null),
        ),
      ),
    ),
    events: lists(
      [TIMESTAMP, ...inputs],
      states.map((s) => s.events.map((event) => [event.at, ...event.inputs])),
    ),
  };
}
