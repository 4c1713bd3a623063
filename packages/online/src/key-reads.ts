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
  /** The first view and row that ask for it. */
  readonly view: ViewRead;
  readonly row: number;
}

/** The cell of a key with a null part. */
export const NEVER = -1;

interface OpenRead extends KeyRead {
  readonly index: number;
  readonly generations: number[];
  readonly cells: number[];
}

type Inputs = readonly (readonly Value[])[];
/** For each row its key, or null for one with a null part. */
type RowReads = readonly (OpenRead | null)[];

export function keyReads(plan: ServicePlan, inputs: Inputs, rows: number): KeyReads {
  const reads = new Map<string, OpenRead>();
  const cells: Cell[] = [];
  const known: RowReads[] = [];
  const cellOf = plan.views.map((view) => {
    const ofRows = known[view.keyGroup] ?? rowReads(view, inputs, rows, reads);
    known[view.keyGroup] = ofRows;
    const own = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const read = ofRows[row] as OpenRead | null;
      own[row] = read === null ? NEVER : cellFor(view, row, read, cells);
    }
    return own;
  });
  return { reads: [...reads.values()], cells, cellOf };
}

function rowReads(view: ViewRead, inputs: Inputs, rows: number, reads: Map<string, OpenRead>): RowReads {
  const found: (OpenRead | null)[] = [];
  for (let row = 0; row < rows; row++) {
    const key = encodeKey(view.view.entity ?? "", view.keyTypes, keyValues(view, inputs, row));
    found.push(key === null ? null : readFor(key, reads));
  }
  return found;
}

function readFor(key: Uint8Array, reads: Map<string, OpenRead>): OpenRead {
  const id = Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
  const present = reads.get(id);
  if (present) return present;
  const read = { key, index: reads.size, generations: [], cells: [] };
  reads.set(id, read);
  return read;
}

function cellFor(view: ViewRead, row: number, read: OpenRead, cells: Cell[]): number {
  const position = read.generations.indexOf(view.generation);
  if (position >= 0) return read.cells[position] as number;
  read.generations.push(view.generation);
  const cell = cells.push({ key: read.index, position: read.generations.length - 1, view, row }) - 1;
  read.cells.push(cell);
  return cell;
}

export const keyValues = (view: ViewRead, inputs: Inputs, row: number): Value[] =>
  view.keys.map((input) => inputs[input]?.[row] ?? null);
