import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { duckdb } from "@lockstep/compiler";
import { LockstepError, type NamedType, type Value } from "@lockstep/core";
import type { RecordBatch, Table } from "apache-arrow";
import { arrowSchema, columnsOfChunk, recordBatch, tableOf } from "./arrow.js";
import type { Database } from "./database.js";

/** A frame's column: a label's, as it came, or a feature's. */
export interface FrameColumn extends NamedType {
  readonly role: "label" | "feature";
}

/** How long a frame took, by step, in milliseconds. */
export type FrameTimes = Readonly<Record<"labels" | "plan" | "query" | "onDemand", number>>;

/**
 * A training frame: the labels' rows in their order, every label column, and a column for each feature. It lies in
 * the database and leaves it in batches; close it when it is no longer needed.
 */
export class Frame {
  constructor(
    private readonly db: Database,
    private readonly table: string,
    readonly columns: readonly FrameColumn[],
    readonly rowCount: number,
    /** The query that made it. */
    readonly sql: string,
    readonly times: FrameTimes,
  ) {}

  /** The whole frame as an Arrow table. */
  async arrow(): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this.batches()) batches.push(batch);
    return tableOf(arrowSchema(this.columns), batches);
  }

  /** Arrow record batches of some thousand rows, in order. */
  async *batches(): AsyncGenerator<RecordBatch> {
    const schema = arrowSchema(this.columns);
    let rows = 0;
    for await (const chunk of this.db.chunks(this.#select())) {
      rows += chunk.rows;
      yield recordBatch(schema, columnsOfChunk(chunk, this.columns), chunk.rows);
    }
    if (rows !== this.rowCount) throw cutShort(rows, this.rowCount);
  }

  /** Row objects, for small frames: a million rows are better read as Arrow. */
  rows(): Promise<Record<string, Value>[]> {
    return this.#objects(this.#select());
  }

  /** The first rows as row objects. */
  head(rows: number): Promise<Record<string, Value>[]> {
    return this.#objects(`${this.#select()} LIMIT ${Math.max(0, Math.trunc(rows))}`);
  }

  async #objects(sql: string): Promise<Record<string, Value>[]> {
    const out: Record<string, Value>[] = [];
    for await (const chunk of this.db.chunks(sql)) {
      const columns = columnsOfChunk(chunk, this.columns);
      for (let row = 0; row < chunk.rows; row++) {
        out.push(Object.fromEntries(this.columns.map((c, i) => [c.name, columns[i]?.get(row) ?? null])));
      }
    }
    return out;
  }

  /** Writes one Parquet file; it appears under its name only when it is complete. */
  async writeParquet(path: string, options: { readonly compression?: "zstd" | "snappy" | "none" } = {}): Promise<void> {
    const file = resolve(path);
    await mkdir(dirname(file), { recursive: true });
    const partial = `${file}.partial-${process.pid}`;
    const codec = options.compression === "none" ? "uncompressed" : (options.compression ?? "zstd");
    try {
      await this.db.run(`COPY (${this.#select()}) TO ${duckdb.text(partial)} (FORMAT parquet, COMPRESSION ${codec})`);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Runs a query of yours over the frame, named `frame`, and gives small results as row objects. */
  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.db.rows(`WITH frame AS (${this.#select()}) ${sql}`);
  }

  /** Frees what the frame holds; a connection of yours gets its settings back. */
  async close(): Promise<void> {
    await this.db.release();
  }

  #select(): string {
    const columns = this.columns.map(({ name, type, role }) => {
      const column = duckdb.ident(name);
      return role === "label" ? `${column}::${duckdb.type(type)} AS ${column}` : column;
    });
    return `SELECT ${columns.join(", ")} FROM ${this.table}`;
  }
}

/** The engine ends a stream without an error where another statement runs on its connection. */
const cutShort = (rows: number, all: number): LockstepError =>
  new LockstepError({
    code: "FRAME_CUT_SHORT",
    place: `row ${rows} of ${all}`,
    what: "another query ran on the frame's connection while its batches were read",
    mend: "read all batches before anything else is asked of the store",
  });

/** Label and feature columns must differ, case folded, as engines fold it. */
export function checkFrameColumns(labels: readonly string[], features: readonly string[]): void {
  const seen = new Map(labels.map((l) => [l.toLowerCase(), l]));
  const clash = features.find((f) => seen.has(f.toLowerCase()));
  if (clash === undefined) return;
  throw new LockstepError({
    code: "FRAME_COLUMN_CLASH",
    place: `column '${clash}'`,
    what: `the labels already have a column '${seen.get(clash.toLowerCase())}'`,
    mend: "rename the label's column, or the feature in the service: view.rename({ feature: 'other' })",
  });
}
