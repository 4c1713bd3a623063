import { duckdb } from "@lockstep/compiler";
import { LockstepError } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import type { Found } from "../compare.js";
import { type InputRow, identity } from "../pool.js";
import type { Subject } from "../subject.js";

/** A training frame's values, by the instant and the inputs of their rows. */
export interface FrameFile {
  readonly rows: number;
  /** For each column of the subject a value, null where the frame has no such column; undefined: no such row. */
  find(at: bigint, input: InputRow): readonly (Found | null)[] | undefined;
}

/** A training frame that `writeParquet` wrote. `timestamp`: its labels' column of instants. */
export async function frameFile(db: Database, path: string, timestamp: string, subject: Subject): Promise<FrameFile> {
  const relation = `read_parquet(${duckdb.text(path)})`;
  const described = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
  const names = new Set(described.map((d) => String(d["column_name"])));
  const { inputs } = subject.service;
  const missing = [timestamp, ...inputs.map((i) => i.name)].filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new LockstepError({
      code: "FRAME_COLUMN",
      place: path,
      what: `the frame has no column ${missing.map((m) => `'${m}'`).join(", ")}`,
      mend: "give a frame of this service, and the name of its labels' instants with --timestamp",
    });
  }
  const columns = subject.columns.map((c) => (names.has(c.name) ? c : null));
  const status = (name: string) => `${name}__status`;
  const select = [
    duckdb.micros(`${duckdb.ident(timestamp)}::TIMESTAMP`),
    ...inputs.map((i) => `${duckdb.ident(i.name)}::${duckdb.type(i.type)}`),
    ...columns.map((c) => (c ? `${duckdb.ident(c.name)}::${duckdb.type(c.type)}` : "NULL::BOOLEAN")),
    ...columns.map((c) => (c && names.has(status(c.name)) ? duckdb.ident(status(c.name)) : "NULL::VARCHAR")),
  ];
  const found = new Map<string, (Found | null)[]>();
  let rows = 0;
  for await (const chunk of db.chunks(`SELECT ${select.join(", ")} FROM ${relation}`)) {
    const at = chunk.column(0, { kind: "int64" });
    const given = inputs.map((i, n) => chunk.column(1 + n, i.type));
    const values = columns.map((c, n) => chunk.column(1 + inputs.length + n, c?.type ?? { kind: "bool" }));
    const statuses = columns.map((_, n) => chunk.column(1 + inputs.length + columns.length + n, { kind: "string" }));
    for (let row = 0; row < chunk.rows; row++) {
      const of = columns.map((c, n): Found | null => {
        const value = values[n]?.get(row) ?? null;
        const told = statuses[n]?.get(row) as Found["status"] | null | undefined;
        return c && { value, status: told ?? (value === null ? "NULL" : "PRESENT") };
      });
      found.set(identity([at.get(row), ...given.map((g) => g.get(row))]), of);
    }
    rows += chunk.rows;
  }
  return { rows, find: (at, input) => found.get(identity([at, ...input])) };
}
