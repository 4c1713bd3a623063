import { valueColumn } from "@lockstep/arrow";
import { duckdb, hiddenColumn } from "@lockstep/compiler";
import {
  type Column,
  computeOnDemand,
  LockstepError,
  type OnDemandIR,
  type OnDemandMemberIR,
  type ServiceIR,
  type TypeIR,
  type Value,
} from "@lockstep/core";
import type { Database } from "./database.js";
import { type LoadedLabels, temporaryTable } from "./labels.js";
import { writeTable } from "./table-writer.js";
import type { FrameContext, FrameSettings } from "./training-frame.js";

interface Input {
  readonly name: string;
  readonly type: TypeIR;
  /** SQL over the frame's table. */
  readonly sql: string;
}

/**
 * Runs a service's on-demand functions over a frame's table and gives the name of a table that has their columns too;
 * the same table where the service has none. A throw fails the frame, unless `onFailure` takes it.
 */
export async function addOnDemand(
  context: FrameContext,
  service: ServiceIR,
  table: string,
  labels: LoadedLabels,
  onFailure?: FrameSettings["onFailure"],
): Promise<string> {
  const members = service.members.filter((m) => m.kind === "onDemand");
  if (members.length === 0) return table;
  const { db } = context;
  const functions = members.map((member) => functionOf(context, service, member, labels));
  const outputs = temporaryTable("on_demand");
  await computeRows(db, functions, { table, outputs, timestamp: labels.timestamp }, onFailure);
  const complete = temporaryTable("frame");
  await db.createTable(
    complete,
    `AS SELECT f.*, o.* EXCLUDE (__row) FROM ${table} f JOIN ${outputs} o USING (__row) ORDER BY f.__row`,
  );
  for (const done of [outputs, table]) await db.run(`DROP TABLE ${done}`);
  return complete;
}

/** Rows that are read before any of their outputs is appended. */
const SLAB = 100_000;

const INT64: TypeIR = { kind: "int64" };

interface Tables {
  readonly table: string;
  readonly outputs: string;
  /** SQL over the table for the instant of each row. */
  readonly timestamp: string;
}

/**
 * Runs the functions over every row of a frame's table and writes their outputs to another. A writer's flush ends a
 * result that is being streamed on its connection, so rows are read whole, a slab at a time.
 */
async function computeRows(
  db: Database,
  functions: readonly Function[],
  tables: Tables,
  onFailure: FrameSettings["onFailure"],
): Promise<void> {
  const { table, outputs, timestamp } = tables;
  const inputs = functions.flatMap((f) => f.inputs);
  const select = [`__row`, `${duckdb.micros(timestamp)}`, ...inputs.map((i) => i.sql)].join(", ");
  const total = await rowsOf(db, table);
  const writer = await writeTable(db, outputs, [
    { name: "__row", type: INT64 },
    ...functions.flatMap((f) => f.outputs),
  ]);
  for (let from = 0; from < total; from += SLAB) {
    const slab = `__row >= ${from} AND __row < ${from + SLAB}`;
    for (const chunk of await db.wholeChunks(`SELECT ${select} FROM ${table} WHERE ${slab}`)) {
      const [row, t] = [chunk.column(0, INT64), chunk.column(1, INT64)];
      const given = inputs.map((input, i) => chunk.column(i + 2, input.type));
      writer.append([row, ...evaluate(functions, { row, t, given }, chunk.rows, onFailure)], chunk.rows);
    }
  }
  writer.close();
  const written = await rowsOf(db, outputs);
  if (written === total) return;
  throw new LockstepError({
    code: "FRAME_ROWS",
    place: "on-demand features",
    what: `of ${total} rows ${written} were computed`,
    mend: "this is a mistake of Lockstep's own: please report it",
  });
}

const rowsOf = async (db: Database, table: string): Promise<number> =>
  Number((await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${table}`))[0]?.["n"]);

type Function = ReturnType<typeof functionOf>;

interface Given {
  readonly row: Column;
  readonly t: Column;
  /** The functions' inputs, one after another. */
  readonly given: readonly Column[];
}

/** The functions' outputs over a chunk's rows, by column. */
function evaluate(
  functions: readonly Function[],
  { row: numbers, t, given }: Given,
  rows: number,
  onFailure: FrameSettings["onFailure"],
): Column[] {
  let next = 0;
  return functions.flatMap(({ ir, declared, inputs, outputs }) => {
    const own = inputs.map((input) => ({ name: input.name, column: given[next++] as Column }));
    const values = outputs.map((): Value[] => new Array(rows));
    for (let row = 0; row < rows; row++) {
      const request = Object.fromEntries(own.map(({ name, column }) => [name, column.get(row)]));
      const results = computeOnDemand(declared.compute, ir.outputs, request, t.get(row) as bigint);
      outputs.forEach(({ at }, i) => {
        const outcome = results[at];
        const value = outcome && "value" in outcome ? outcome.value : null;
        if (!outcome || "failure" in outcome) {
          const [at, why] = [numbers.get(row) as bigint, outcome?.failure ?? "no output"];
          if (!onFailure) throw failed(ir, at, why);
          onFailure(ir.name, Number(at), why);
        }
        (values[i] as Value[])[row] = value;
      });
    }
    return outputs.map(({ type }, i) => valueColumn(type, values[i] as Value[]));
  });
}

function functionOf(
  { repo, computations }: FrameContext,
  service: ServiceIR,
  member: OnDemandMemberIR,
  labels: LoadedLabels,
) {
  const ir = repo.onDemands.find((o) => o.name === member.onDemand);
  const declared = computations.get(member.onDemand);
  if (!ir || !declared) {
    throw new LockstepError({
      code: "ON_DEMAND_MISSING",
      place: `on-demand feature '${member.onDemand}'`,
      what: "its code is not loaded",
      mend: "pass the service's declaration, or apply the repo again",
    });
  }
  const request = ir.request.map(
    (field): Input => ({ name: field.name, type: field.type, sql: labels.input(field.name) }),
  );
  const features = ir.features.map((ref): Input => {
    const view = service.members.find((m) => m.kind === "view" && m.alias === ref.view);
    const chosen = view?.kind === "view" ? view.features.find((f) => f.feature === ref.feature) : undefined;
    const type = repo.views.find((v) => v.name === ref.view)?.features.find((f) => f.name === ref.feature)?.type;
    return {
      name: ref.name,
      type: type as TypeIR,
      sql: duckdb.ident(chosen?.column ?? hiddenColumn(ref.view, ref.feature)),
    };
  });
  const outputs = member.outputs.map(({ output, column }) => {
    const at = ir.outputs.findIndex((o) => o.name === output);
    return { name: column, type: ir.outputs[at]?.type as TypeIR, at };
  });
  return { ir, declared, inputs: [...request, ...features], outputs };
}

const failed = (ir: OnDemandIR, row: bigint, why: string) =>
  new LockstepError({
    code: "ON_DEMAND_FAILED",
    place: `on-demand feature '${ir.name}', row ${row}`,
    what: why,
    mend: "its inputs can be null: return null for what cannot be computed",
  });
