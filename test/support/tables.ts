import type { ViewHints } from "@lockstep/compiler";
import { compileRepo, duckdbType, type FeatureService, type RepoIR, type SourceIR, type TypeIR } from "@lockstep/core";
import { type Database, type Frame, type FrameOptions, type Sources, trainingFrame } from "@lockstep/offline";

export type Row = Readonly<Record<string, unknown>>;
/** Each source's rows by its name. A column that a row does not name is null. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

let tables = 0;

/** A repo's sources as tables that hold these rows, in the reverse of their order, so that file order never helps. */
export async function tablesOf(db: Database, repo: RepoIR, rows: Rows): Promise<Sources> {
  const names = new Map<string, string>();
  for (const source of repo.sources) {
    const name = `rows_${tables++}`;
    names.set(source.name, name);
    const columns = source.columns.map((c) => `${quoted(c.from ?? c.name)} ${duckdbType(c.type)}`);
    await db.run(`CREATE TEMP TABLE ${name} (${columns.join(", ")})`);
    const values = (rows[source.name] ?? []).map(
      (row) => `(${source.columns.map((c) => literal(c.type, row[c.name])).join(", ")})`,
    );
    if (values.length > 0) await db.run(`INSERT INTO ${name} VALUES ${values.reverse().join(", ")}`);
  }
  const place = (source: SourceIR) => names.get(source.name) ?? source.name;
  return { relation: place, place, exists: () => true };
}

/** A service's training frame over rows given here. */
export async function frameOf(
  db: Database,
  service: FeatureService,
  rows: Rows,
  options: FrameOptions & Partial<ViewHints>,
): Promise<Frame> {
  const { ir, computations } = compileRepo("p", [service]);
  const [compiled] = ir.services;
  if (!compiled) throw new Error("no service");
  const { dense = false, settle = 0, most = false, few = false } = options;
  const hints = () => ({ dense, settle, most, few });
  const sources = await tablesOf(db, ir, rows);
  return trainingFrame({ db, repo: ir, computations, sources, hints }, compiled, options);
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function literal(type: TypeIR, value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  const cast = `::${duckdbType(type)}`;
  switch (type.kind) {
    case "timestamp":
      return `make_timestamp(${value}::BIGINT)`;
    case "bytes":
      return `unhex('${Buffer.from(value as Uint8Array).toString("hex")}')`;
    case "list":
      return `[${(value as unknown[]).map((item) => literal(type.element, item)).join(", ")}]${cast}`;
    case "vector":
      return `[${Array.from(value as number[], (item) => literal({ kind: "float32" }, item)).join(", ")}]${cast}`;
    case "struct": {
      const fields = type.fields.map(({ name, type: of }) => `'${name}': ${literal(of, (value as Row)[name])}`);
      return `{${fields.join(", ")}}${cast}`;
    }
    case "string": {
      // The engine reads a statement up to its first NUL.
      const parts = String(value).split("\0");
      return parts.map((part) => `'${part.replaceAll("'", "''")}'`).join(" || chr(0) || ");
    }
    default:
      return `'${Object.is(value, -0) ? "-0.0" : String(value)}'${cast}`;
  }
}
