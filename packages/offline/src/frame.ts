import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { duckdb } from "@lockstep/compiler";
import { caseClashes, LockstepError, type NamedType, type Value } from "@lockstep/core";
import type { RecordBatch, Table } from "apache-arrow";
import { arrowSchema, columnsOfChunk, recordBatch, tableOf } from "./arrow.js";
import type { Database } from "./database.js";

/** Two writes of one path at once have each its own partial file. */
let writes = 0;

/** A frame's column: a label's, as it came, or a feature's. */
export interface FrameColumn extends NamedType {
  readonly role: "label" | "feature";
  /** The table's column is of another physical type, and is cast to this one before it is read into JavaScript. */
  readonly cast?: true;
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
    private readonly release: () => Promise<void>,
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
    for await (const chunk of this.db.chunks(this.#typed()))
      yield recordBatch(schema, columnsOfChunk(chunk, this.columns), chunk.rows);
  }

  /** Row objects, for small frames: a million rows are better read as Arrow. */
  rows(): Promise<Record<string, Value>[]> {
    return this.#objects(this.#typed());
  }

  /** The first rows as row objects. */
  head(rows: number): Promise<Record<string, Value>[]> {
    return this.#objects(`${this.#typed()} LIMIT ${Math.max(0, Math.trunc(rows))}`);
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
    const partial = `${file}.partial-${process.pid}-${writes++}`;
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

  /** Frees what the frame holds. */
  async close(): Promise<void> {
    await this.release();
  }

  /** The columns in the types in which they are handed to JavaScript: a label's may be any type of the engine's. */
  #typed(): string {
    const columns = this.columns.map(({ name, type, cast }) => {
      const column = duckdb.ident(name);
      return cast ? `${column}::${duckdb.type(type)} AS ${column}` : column;
    });
    return `SELECT ${columns.join(", ")} FROM ${this.table}`;
  }

  #select(): string {
    return `SELECT ${this.columns.map((c) => duckdb.ident(c.name)).join(", ")} FROM ${this.table}`;
  }
}

/** Label columns, features and their statuses must differ, case folded, as engines fold it. */
export function checkFrameColumns(labels: readonly string[], features: readonly string[]): void {
  const [clash] = caseClashes([...labels, ...features]);
  if (!clash) return;
  const [first, second] = clash;
  throw new LockstepError({
    code: "FRAME_COLUMN_CLASH",
    place: `column '${second}'`,
    what: `${labels.includes(first) ? "the labels already have" : "there is already"} a column '${first}'`,
    mend: "rename the label's column, or the feature in the service: view.rename({ feature: 'other' })",
  });
}
