import { DuckDBDataChunk } from "@duckdb/node-api";
import duckdbBindings from "@duckdb/node-bindings";
import { duckdb } from "@lockstep/compiler";
import type { Column, NamedType } from "@lockstep/core";
import type { Database } from "./database.js";
import { writeColumn } from "./write-column.js";

/** Fills a temporary table with columns, chunk by chunk. */
export interface TableWriter {
  append(columns: readonly Column[], rows: number): void;
  close(): void;
}

/** A column of a table; `physical` where it is not the logical type's. */
export type WrittenColumn = NamedType & { readonly physical?: string };

/**
 * Creates a temporary table and gives its writer. A query that streams on the same connection ends, without an error,
 * when the writer flushes: read whole results while writing.
 */
export async function writeTable(db: Database, table: string, columns: readonly WrittenColumn[]): Promise<TableWriter> {
  const list = columns.map((c) => `${duckdb.ident(c.name)} ${c.physical ?? duckdb.type(c.type)}`);
  await db.createTable(table, `(${list.join(", ")})`);
  const appender = await db.connection.createAppender(table);
  const types = columns.map((_, i) => appender.columnType(i));
  const most = duckdbBindings.vector_size();
  return {
    append: (given, rows) => {
      for (let from = 0; from < rows; from += most) {
        const size = Math.min(most, rows - from);
        const chunk = DuckDBDataChunk.create(types, size);
        given.forEach((column, i) => {
          writeColumn(duckdbBindings.data_chunk_get_vector(chunk.chunk, i), column, from, size);
        });
        appender.appendDataChunk(chunk);
      }
    },
    close: () => appender.closeSync(),
  };
}
