import { type Diagnostic, LockstepError } from "./errors.js";
import type { RowValues } from "./evaluate.js";
import { FIRST_INSTANT, isFiniteInstant } from "./evaluate-time.js";
import type { ColumnIR, SourceIR } from "./ir.js";
import { typeName } from "./types.js";
import { tryFromWire, type Value } from "./wire.js";

/**
 * A row of a source from JSON, or from values as Arrow has them, by the names of its columns. What is missing is null,
 * what the source does not declare is left out. Throws VALUE_INVALID for all columns that are wrong.
 */
export function sourceValues(source: SourceIR, raw: Readonly<Record<string, unknown>>): RowValues {
  const problems: Diagnostic[] = [];
  const entries = source.columns.map((column): [string, Value] => {
    const read = columnValue(column, raw[column.name]);
    if ("value" in read) return [column.name, read.value];
    problems.push({
      code: "VALUE_INVALID",
      place: `column '${column.name}' of source '${source.name}'`,
      what: read.wrong,
      mend: read.mend,
    });
    return [column.name, null];
  });
  if (problems.length > 0) throw new LockstepError(problems);
  return Object.fromEntries(entries);
}

type Read = { readonly value: Value } | { readonly wrong: string; readonly mend: string };

function columnValue({ type, zone }: ColumnIR, raw: unknown): Read {
  const value = tryFromWire(type, raw);
  const shown = typeof raw === "string" ? `'${raw}'` : String(raw);
  if (value === undefined) return { wrong: `${shown} is not a ${typeName(type)}`, mend: `give a ${typeName(type)}` };
  if (type.kind !== "timestamp" || value === null) return { value };
  if (typeof raw === "string") {
    // A day read as an instant would pass for known at that day's midnight.
    if (!raw.includes(":")) return { wrong: `${shown} is a day and no instant`, mend: "give the time of day too" };
    if (zone !== undefined && ZONED.test(raw.trim())) {
      const mend = "leave the zone out of the value, or out of the source";
      return { wrong: `${shown} is an instant, and the column has local times in ${zone}`, mend };
    }
  }
  const at = value as bigint;
  if (at >= FIRST_INSTANT || !isFiniteInstant(at)) return { value };
  return { wrong: `${shown} lies before all instants that the engine has`, mend: "give a later one" };
}

const ZONED = /:.*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$/;
