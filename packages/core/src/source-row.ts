import { LockstepError } from "./errors.js";
import { compileExpr, type RowValues } from "./evaluate.js";
import { isFiniteInstant, midnightOf } from "./evaluate-time.js";
import { formatInstant } from "./instant.js";
import type { ColumnIR, SourceIR, ViewIR } from "./ir.js";
import { type StateLayout, stateLayout } from "./layout.js";
import { fromLocal } from "./local-time.js";
import type { Value } from "./wire.js";

/** What a view makes of a row of its source, as the compiler's SQL does of those in the files. */
export interface EventRow {
  /** The row by the names of the source's columns, local times as the instants that they are. */
  readonly values: RowValues;
  /** Empty where the source declares none. */
  readonly id: readonly Value[];
  /** The entity's keys in its order. A part that is null: the row belongs to nobody. */
  readonly key: readonly Value[];
  /** Null where knownAt is the version. */
  readonly version: Value;
  readonly at: bigint;
  /** As it stands in the data: it may lie before `at`. */
  readonly knownAt: bigint;
  readonly deleted: boolean;
  /** One for each of the layout's inputs. */
  readonly inputs: readonly Value[];
}

/** Why a row is no event. */
export type Unused = { readonly unused: "no event time" | "no knownAt" | "no id" };

/**
 * A function for rows of a source whose values are of its columns' types, made once for many rows. Throws where an
 * expression overflows, or where a local time does not exist or exists twice.
 */
export function compileSourceRow(
  source: SourceIR,
  view: ViewIR,
  layout: StateLayout = stateLayout(view),
): (row: RowValues) => EventRow | Unused {
  const { id: ids = [], version, deleted } = source;
  const knownAtOf = source.knownAt && compileExpr(source.knownAt);
  const timeOf = eventTimeOf(source);
  const inputs = layout.inputs.map(({ expr }) => compileExpr(expr));
  const instants = instantsOf(source);
  return (row) => {
    const values = instants(row);
    const at = timeOf(values);
    if (at === null) return { unused: "no event time" };
    const knownAt = knownAtOf ? finite(knownAtOf(values)) : at;
    if (knownAt === null) return { unused: "no knownAt" };
    const cell = (name: string): Value => values[name] ?? null;
    const id = ids.map(cell);
    if (id.includes(null)) return { unused: "no id" };
    return {
      values,
      id,
      key: view.keys.map((k) => cell(k.column)),
      version: version === undefined ? null : cell(version),
      at,
      knownAt,
      deleted: deleted !== undefined && cell(deleted) === true,
      inputs: inputs.map((input) => input(values)),
    };
  };
}

const finite = (at: Value): bigint | null => (typeof at === "bigint" && isFiniteInstant(at) ? at : null);

function eventTimeOf(source: SourceIR): (row: RowValues) => bigint | null {
  const { name, type } = source.columns.find((c) => c.name === source.eventTime) as ColumnIR;
  if (type.kind !== "date") return (row) => finite(row[name] ?? null);
  return (row) => {
    const day = row[name] ?? null;
    const beyond = () => timeError("SOURCE_EVENT_TIME", source, name, `the day ${day} is no instant of 64 bits`);
    return day === null ? null : finite(midnightOf(day as string, beyond));
  };
}

/** Local times are instants of their column's zone. */
function instantsOf(source: SourceIR): (row: RowValues) => RowValues {
  const local = source.columns.flatMap(({ name, zone }) => (zone === undefined ? [] : [{ name, zone }]));
  if (local.length === 0) return (row) => row;
  return (row) => {
    const instants = local.map(({ name, zone }): [string, Value] => {
      const time = finite(row[name] ?? null);
      // Null, or infinite, in any zone.
      if (time === null) return [name, row[name] ?? null];
      const read = fromLocal(time, zone);
      if ("at" in read) return [name, read.at];
      const what = `the local time ${localText(time)} ${read.wrong} in ${zone}`;
      throw timeError("SOURCE_LOCAL_TIME", source, name, what);
    });
    return { ...row, ...Object.fromEntries(instants) };
  };
}

const localText = (time: bigint): string => formatInstant(time).slice(0, -1).replace("T", " ");

const timeError = (code: string, source: SourceIR, column: string, what: string): LockstepError =>
  new LockstepError({
    code,
    place: `column '${column}' of source '${source.name}'`,
    what,
    mend: "mend the row",
  });
