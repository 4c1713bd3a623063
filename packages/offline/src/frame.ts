import { resolve } from "node:path";
import { arrowSchema, recordBatch, tableOf } from "@lockstep/arrow";
import { duckdb } from "@lockstep/compiler";
import { type Column, caseClashes, didYouMean, LockstepError, type NamedType, type Value } from "@lockstep/core";
import type { RecordBatch, Table } from "apache-arrow";
import type { Chunk, Database } from "./database.js";
import type { FrameExplanation } from "./explain.js";
import { NANOSECONDS } from "./physical-types.js";
import { writeWholeFile, writeWholeFolder } from "./write-whole.js";

/** A frame's column: a label's, as it came, or a feature's. */
export interface FrameColumn extends NamedType {
  readonly role: "label" | "feature";
  /** The table's column is of another physical type, and is cast to this one before it is read into JavaScript. */
  readonly cast?: true;
  /** A label's instants in nanoseconds: kept in Arrow and Parquet, floored to microseconds in row objects. */
  readonly nanoseconds?: true;
}

/** Some rows of a frame. */
export interface FrameChunk {
  readonly rows: number;
  /** Null where the frame has no such column. */
  column(name: string): Column | null;
}

export interface ParquetOutput {
  /** Default: zstd. */
  readonly compression?: "zstd" | "snappy" | "none";
  /** Columns of the frame, which become folders and are left out of the files. */
  readonly partitionBy?: readonly string[];
  /** Removes a folder that is there already. A file is always replaced. */
  readonly replace?: boolean;
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
    private readonly explanation: () => Promise<FrameExplanation>,
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
    for await (const chunk of this.db.chunks(this.#typed(() => null))) {
      yield recordBatch(schema, columnsOfChunk(chunk, this.columns), chunk.rows);
    }
  }

  /** Chunks of typed columns in the frame's order, by name. They live until the next is asked for. */
  async *chunks(): AsyncGenerator<FrameChunk> {
    const places = new Map(this.columns.map((c, i) => [c.name, i]));
    for await (const chunk of this.db.chunks(this.#typed(floored))) {
      const column = (name: string) => {
        const place = places.get(name);
        return place === undefined ? null : chunk.column(place, (this.columns[place] as FrameColumn).type);
      };
      yield { rows: chunk.rows, column };
    }
  }

  /** Row objects, for small frames: a million rows are better read as Arrow. */
  rows(): Promise<Record<string, Value>[]> {
    return this.#objects(this.#typed(floored));
  }

  /** The first rows as row objects. */
  head(rows: number): Promise<Record<string, Value>[]> {
    const most = Math.min(this.rowCount, Math.max(0, Math.trunc(rows)));
    return this.#objects(`${this.#typed(floored)} LIMIT ${most}`);
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

  /**
   * Writes one Parquet file, or with `partitionBy` a folder of them, `column=value/..`. It appears under its name only
   * when it is complete. Rows keep their order in one file, not in partitions.
   */
  async writeParquet(path: string, options: ParquetOutput = {}): Promise<void> {
    const { compression = "zstd", partitionBy = [], replace = false } = options;
    const by = partitionBy.map((name) => duckdb.ident(this.#column(name).name));
    const codec = compression === "none" ? "uncompressed" : compression;
    const partition = by.length > 0 ? `, PARTITION_BY (${by.join(", ")})` : "";
    const write = (partial: string) =>
      this.db.run(
        `COPY (${this.#select()}) TO ${duckdb.text(partial)} (FORMAT parquet, COMPRESSION ${codec}${partition})`,
      );
    await (by.length > 0 ? writeWholeFolder(resolve(path), replace, write) : writeWholeFile(resolve(path), write));
  }

  #column(name: string): FrameColumn {
    const column = this.columns.find((c) => c.name === name);
    if (column) return column;
    const names = this.columns.map((c) => c.name);
    throw new LockstepError({
      code: "FRAME_COLUMN",
      place: `'${name}'`,
      what: `the frame has no such column${didYouMean(name, names)}`,
      mend: `it has ${names.join(", ")}`,
    });
  }

  /** Runs a query of yours over the frame, named `frame`, and gives small results as row objects. */
  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.db.rows(`WITH frame AS (${this.#select()}) ${sql}`);
  }

  /** How many rows of the sources each step read and kept, by view. Counts them now: it reads the sources once more. */
  explain(): Promise<FrameExplanation> {
    return this.explanation();
  }

  /** Frees what the frame holds; a connection of yours gets its settings back. */
  async close(): Promise<void> {
    await this.db.release();
  }

  /** The columns in the types in which they are handed to JavaScript: a label's may be any type of the engine's. */
  #typed(nanoseconds: (column: string) => string | null): string {
    const columns = this.columns.map((given) => {
      const column = duckdb.ident(given.name);
      if (given.nanoseconds) return `${nanoseconds(column) ?? column} AS ${column}`;
      return given.cast ? `${column}::${duckdb.type(given.type)} AS ${column}` : column;
    });
    return `SELECT ${columns.join(", ")} FROM ${this.table}`;
  }

  #select(): string {
    return `SELECT ${this.columns.map((c) => duckdb.ident(c.name)).join(", ")} FROM ${this.table}`;
  }
}

const floored = (column: string): string | null => duckdb.exact(NANOSECONDS, column);

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

const columnsOfChunk = (chunk: Chunk, columns: readonly NamedType[]): Column[] =>
  columns.map((c, i) => chunk.column(i, c.type));
