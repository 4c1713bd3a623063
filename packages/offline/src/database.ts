import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { type Column, isLockstepError, type ListColumns, LockstepError, type TypeIR } from "@lockstep/core";
import { borrowSettings } from "./borrowed-settings.js";
import { readColumn, readList } from "./read-column.js";

export interface DatabaseOptions {
  /** Such as `8GB`; default: DuckDB's own, 80 % of the memory. Larger work spills to disk. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Where larger work spills to, in a folder of its own that `close` removes. Default: the system's folder for that. */
  readonly tempDirectory?: string;
  /** Told the fraction done, 0 to 1, while a statement runs. */
  readonly onProgress?: (fraction: number) => void;
  /** Interrupts the statement under way. */
  readonly signal?: AbortSignal;
}

/** A chunk of a result, up to 2,048 rows. */
export interface Chunk {
  readonly rows: number;
  column(index: number, type: TypeIR): Column;
  list(index: number, fields: readonly TypeIR[]): ListColumns;
}

/** How many statements a connection has begun, whichever `Database` they came through. */
const begun = new WeakMap<DuckDBConnection, number>();

/** One DuckDB connection. Statements run one after another. */
export class Database {
  readonly #tables: string[] = [];

  private constructor(
    readonly connection: DuckDBConnection,
    readonly options: DatabaseOptions,
    private readonly shut: () => void,
    private readonly instance: DuckDBInstance | null,
    private readonly giveBack: () => Promise<void> = async () => {},
  ) {}

  static async open(options: DatabaseOptions = {}): Promise<Database> {
    const temporary = resolve(options.tempDirectory ?? tmpdir());
    mkdirSync(temporary, { recursive: true });
    const spill = mkdtempSync(join(temporary, "lockstep-duckdb-"));
    const remove = () => rmSync(spill, { recursive: true, force: true });
    const config: Record<string, string> = {
      autoinstall_known_extensions: "false",
      preserve_insertion_order: "true",
      temp_directory: spill,
    };
    if (options.memoryLimit !== undefined) config["memory_limit"] = options.memoryLimit;
    if (options.threads !== undefined) config["threads"] = String(options.threads);
    let shut = remove;
    try {
      const instance = await DuckDBInstance.create(":memory:", config);
      const connection = await instance.connect();
      shut = () => {
        connection.closeSync();
        instance.closeSync();
        remove();
      };
      return await new Database(connection, options, shut, instance).#inUtc();
    } catch (error) {
      shut();
      throw error;
    }
  }

  /**
   * Uses a connection of the caller's with the settings that frames need: UTC among them. `release` puts back what they
   * were; `close` leaves the connection open.
   */
  static async over(connection: DuckDBConnection, options: DatabaseOptions = {}): Promise<Database> {
    const giveBack = await borrowSettings(connection);
    return new Database(connection, options, () => {}, null, giveBack);
  }

  /** The same connection for one piece of work, whose temporary tables `release` drops. */
  session(options: Pick<DatabaseOptions, "signal"> = {}): Database {
    return new Database(this.connection, { ...this.options, ...options }, () => {}, this.instance);
  }

  /** Another connection, whose statements run beside this one's; temporary tables are not shared. */
  async connect(): Promise<Database> {
    if (this.instance === null) throw new Error("a borrowed connection has no others");
    const connection = await this.instance.connect();
    return new Database(connection, this.options, () => connection.closeSync(), null).#inUtc();
  }

  async #inUtc(): Promise<this> {
    await this.run("SET TimeZone = 'UTC'");
    return this;
  }

  /** Creates a temporary table: `definition` is what follows its name. */
  async createTable(table: string, definition: string): Promise<void> {
    this.#tables.push(table);
    await this.run(`CREATE TEMP TABLE ${table} ${definition}`);
  }

  /** Drops the temporary tables made here, and puts back settings: also after an interruption or an error. */
  async release(): Promise<void> {
    for (const table of this.#tables.splice(0))
      await this.connection.run(`DROP TABLE IF EXISTS temp.${table}`).catch(() => undefined);
    await this.giveBack();
  }

  async run(sql: string): Promise<void> {
    await this.#begin(sql, () => this.connection.run(sql));
  }

  /** Small results as rows of JavaScript values (bigint for 64-bit integers). */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const reader = await this.#begin(sql, () => this.connection.runAndReadAll(sql));
    return reader.getRowObjectsJS() as Record<string, unknown>[];
  }

  /** A whole result by chunks: other statements may run while it is read. */
  async wholeChunks(sql: string): Promise<Chunk[]> {
    const result = await this.#begin(sql, () => this.connection.run(sql));
    return (await this.#guard(sql, () => result.fetchAllChunks())).map(chunkOf);
  }

  /**
   * Streams a result by chunks; while one is used, the next is computed. The engine ends it early, without an error, where
   * another statement runs on the connection meanwhile: then it fails with RESULT_CUT_SHORT.
   */
  async *chunks(sql: string): AsyncGenerator<Chunk> {
    const begin = this.#begin(sql, () => this.connection.stream(sql));
    const statement = begun.get(this.connection);
    const result = await begin;
    const fetch = () => this.#guard(sql, () => result.fetchChunk());
    let next = fetch();
    try {
      for (;;) {
        const chunk = await next;
        if (!chunk || chunk.rowCount === 0) {
          if (begun.get(this.connection) !== statement) throw cutShort();
          return;
        }
        next = fetch();
        next.catch(() => undefined); // told by the turn that awaits it
        yield chunkOf(chunk);
      }
    } finally {
      await next.catch(() => undefined);
    }
  }

  close(): void {
    this.shut();
  }

  #begin<T>(sql: string, work: () => Promise<T>): Promise<T> {
    begun.set(this.connection, (begun.get(this.connection) ?? 0) + 1);
    return this.#guard(sql, work);
  }

  async #guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const { onProgress, signal } = this.options;
    if (signal?.aborted) throw interrupted(signal.reason);
    const interrupt = () => this.connection.interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    const timer = onProgress && setInterval(() => reportProgress(this.connection, onProgress), 100);
    timer?.unref();
    try {
      return await work();
    } catch (error) {
      throw translate(error, sql, signal);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

const cutShort = (): LockstepError =>
  new LockstepError({
    code: "RESULT_CUT_SHORT",
    what: "another query ran on the connection while a result was read from it",
    mend: "let one end before the other begins, or give each a connection of its own",
  });

const interrupted = (cause: unknown): LockstepError =>
  new LockstepError({ code: "INTERRUPTED", what: "the query was interrupted" }, { cause });

const chunkOf = (chunk: DuckDBDataChunk): Chunk => ({
  rows: chunk.rowCount,
  column: (index, type) => readColumn(duckdb.data_chunk_get_vector(chunk.chunk, index), type, chunk.rowCount),
  list: (index, fields) => readList(duckdb.data_chunk_get_vector(chunk.chunk, index), fields, chunk.rowCount),
});

function reportProgress(connection: DuckDBConnection, report: (fraction: number) => void): void {
  const { percentage } = connection.progress;
  if (percentage >= 0) report(Math.min(1, percentage / 100));
}

/** An engine's message as an error with a code: ours (raised in the SQL) as they are, others as OFFLINE_QUERY. */
function translate(error: unknown, sql: string, signal: AbortSignal | undefined): unknown {
  if (isLockstepError(error)) return error;
  if (signal?.aborted) return interrupted(error);
  const message = error instanceof Error ? error.message : String(error);
  const ours = /([A-Z]+_[A-Z_]+): (.*)/s.exec(message);
  if (ours?.[1] && message.startsWith("Invalid Input Error")) {
    return new LockstepError({ code: ours[1], what: ours[2] ?? message }, { cause: error });
  }
  if (message.includes("Overflow in HUGEINT addition")) {
    return new LockstepError(
      {
        code: "AGGREGATE_OVERFLOW",
        what: "the sum of a decimal leaves 128 bits for some key, of a sum feature or a mean",
        mend: "aggregate toFloat64() of it, or a decimal of fewer digits",
      },
      { cause: error },
    );
  }
  return new LockstepError(
    { code: "OFFLINE_QUERY", what: message.split("\n")[0] ?? message, mend: "`fs compile` prints the query" },
    { cause: Object.assign(error instanceof Error ? error : new Error(message), { sql }) },
  );
}
