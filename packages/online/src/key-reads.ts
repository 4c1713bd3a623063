import type { Value } from "@lockstep/core";
import { encodeKey } from "./keys.js";
import type { ServicePlan, ViewRead } from "./service-plan.js";
import type { KeyRead } from "./store.js";

/** What a request reads: each key once, with all the generations that are wanted of it. */
export interface KeyReads {
  readonly reads: readonly KeyRead[];
  readonly cells: readonly Cell[];
  /** For each view of the plan, each row's cell, or NEVER. */
  readonly cellOf: readonly Int32Array[];
}

/** One key's state of one generation: `states[key][position]` of what the store answers. */
export interface Cell {
  readonly key: number;
  readonly position: number;
  /** Where the key's pushed rows are: `rows[key][rows]`; absent: none were asked for. */
  readonly rows?: number;
  /** The first view and row that ask for it. */
  readonly view: ViewRead;
  readonly row: number;
}

/** The cell of a key with a null part. */
export const NEVER = -1;

interface OpenRead extends KeyRead {
  readonly index: number;
  readonly generations: number[];
  rows?: number[];
  readonly cells: number[];
}

/** `pushes`: the rows that were pushed are wanted too, where a view's source takes any. */
export function keyReads(
  plan: ServicePlan,
  inputs: readonly (readonly Value[])[],
  rows: number,
  pushes = true,
): KeyReads {
  const reads = new Map<string, OpenRead>();
  const cells: Cell[] = [];
  const cellOf = plan.views.map((view) => {
    const own = new Int32Array(rows);
    for (let row = 0; row < rows; row++) own[row] = cellFor(view, row, inputs, reads, cells, pushes);
    return own;
  });
  return { reads: [...reads.values()], cells, cellOf };
}

function cellFor(
  view: ViewRead,
  row: number,
  inputs: readonly (readonly Value[])[],
  reads: Map<string, OpenRead>,
  cells: Cell[],
  pushes: boolean,
): number {
  const key = encodeKey(view.view.entity ?? "", view.keyTypes, keyValues(view, inputs, row));
  if (key === null) return NEVER;
  const id = Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
  let read = reads.get(id);
  if (read === undefined) {
    read = { key, index: reads.size, generations: [], cells: [] };
    reads.set(id, read);
  }
  const known = read.generations.indexOf(view.generation);
  if (known >= 0) return read.cells[known] as number;
  read.generations.push(view.generation);
  const rows = pushes && view.layout.ledger ? rowsOf(read, view.generation) : undefined;
  const position = read.generations.length - 1;
  const cell = cells.push({ key: read.index, position, ...(rows === undefined ? {} : { rows }), view, row }) - 1;
  read.cells.push(cell);
  return cell;
}

/** Asks for a key's rows of a generation too, and says where they will be. */
function rowsOf(read: OpenRead, generation: number): number {
  read.rows ??= [];
  return read.rows.push(generation) - 1;
}

export const keyValues = (view: ViewRead, inputs: readonly (readonly Value[])[], row: number): Value[] =>
  view.keys.map((input) => inputs[input]?.[row] ?? null);
