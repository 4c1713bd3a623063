import { readFile } from "node:fs/promises";
import { arrowColumn, isNanoseconds, nanosecondColumn, typeOfArrow, valueColumn } from "@lockstep/arrow";
import { LockstepError, type TypeIR, type Value } from "@lockstep/core";
import { type Data, type RecordBatch, type Schema, type Table, tableFromIPC } from "apache-arrow";
import type { Database } from "./database.js";
import { NANOSECONDS } from "./physical-types.js";
import { checkRowNumber } from "./row-number.js";
import { type TableWriter, type WrittenColumn, writeTable } from "./table-writer.js";

/** Arrow data as labels: a table, or record batches as they come. */
export type ArrowLabels = Table | Iterable<RecordBatch> | AsyncIterable<RecordBatch>;

/** True for a table and for iterables that aren't arrays of row objects, of any copy of apache-arrow. */
export function isArrow(labels: object): labels is ArrowLabels {
  if (Array.isArray(labels)) return labels.length > 0 && isBatch(labels[0]);
  return "batches" in labels || Symbol.iterator in labels || Symbol.asyncIterator in labels;
}

const isBatch = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "schema" in value && "numRows" in value && "data" in value;

/** Reads an Arrow IPC file, as Polars and pandas write them: `.arrow`, `.feather`. */
export async function readArrowFile(file: string): Promise<Table> {
  const bytes = await readFile(file);
  try {
    return tableFromIPC(bytes);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new LockstepError(
      {
        code: "LABELS_FORMAT",
        place: file,
        what: `it can't be read as Arrow IPC: ${what}`,
        mend: /compress/i.test(what)
          ? "write it without compression: compression='uncompressed'; or as Parquet"
          : "write it as an Arrow file of version 1.0 or later, or as Parquet",
      },
      { cause: error },
    );
  }
}

/** Creates a temporary table of Arrow data, `__row` first. Vectors are copied, no row objects are made. */
export async function insertArrow(db: Database, table: string, labels: ArrowLabels): Promise<void> {
  let writer: TableWriter | null = null;
  let types: readonly WrittenColumn[] = [];
  let row = 0;
  const open = async (schema: Schema) => {
    checkRowNumber(schema.fields.map((f) => f.name));
    types = schema.fields.map(({ name, type }) => ({
      name,
      type: typeOfArrow(type, `labels, column '${name}'`),
      ...(isNanoseconds(type) ? { physical: NANOSECONDS } : {}),
    }));
    return writeTable(db, table, [{ name: "__row", type: ROW }, ...types]);
  };
  if ("batches" in labels) writer = await open(labels.schema);
  for await (const batch of "batches" in labels ? labels.batches : labels) {
    writer ??= await open(batch.schema);
    const children = batch.data.children as Data[];
    const columns = types.map(({ type, physical }, i) => {
      const data = children[i] as Data;
      return physical === NANOSECONDS ? nanosecondColumn(data) : arrowColumn(data, type);
    });
    writer.append([rowNumbers(row, batch.numRows), ...columns], batch.numRows);
    row += batch.numRows;
  }
  if (!writer) throw noBatch();
  writer.close();
}

const noBatch = (): LockstepError =>
  new LockstepError({
    code: "LABELS_MISSING",
    place: "labels",
    what: "there is no record batch, so the columns are not known",
    mend: "give an Arrow table, or at least one batch",
  });

const ROW: TypeIR = { kind: "int64" };

const rowNumbers = (from: number, rows: number) =>
  valueColumn(
    ROW,
    Array.from({ length: rows }, (_, i): Value => BigInt(from + i)),
  );
