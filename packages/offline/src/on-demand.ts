import { duckdb, hiddenColumn } from "@lockstep/compiler";
import {
  computeOnDemand,
  LockstepError,
  type OnDemandIR,
  type OnDemandMemberIR,
  type ServiceIR,
  type TypeIR,
} from "@lockstep/core";
import { appendValue } from "./append-value.js";
import type { Chunk, Database } from "./database.js";
import { type LoadedLabels, temporaryTable } from "./labels.js";
import type { FrameContext } from "./training-frame.js";

interface Input {
  readonly name: string;
  readonly type: TypeIR;
  /** SQL over the frame's table. */
  readonly sql: string;
}

/**
 * Runs a service's on-demand functions over a frame's table and gives the name of a table that has their columns too;
 * the same table where the service has none. A throw fails the frame.
 */
export async function addOnDemand(
  context: FrameContext,
  service: ServiceIR,
  table: string,
  labels: LoadedLabels,
): Promise<string> {
  const members = service.members.filter((m) => m.kind === "onDemand");
  if (members.length === 0) return table;
  const { db } = context;
  const functions = members.map((member) => functionOf(context, service, member, labels));
  const outputs = temporaryTable("on_demand");
  const columns = functions.flatMap((f) =>
    f.member.outputs.map(({ output, column }) => ({ column, type: outputType(f.ir, output) })),
  );
  const complete = temporaryTable("frame");
  try {
    await db.run(
      `CREATE TEMP TABLE ${outputs} (__row BIGINT, ${columns.map((c) => `${duckdb.ident(c.column)} ${duckdb.type(c.type)}`).join(", ")})`,
    );
    await computeRows(db, functions, table, labels.timestamp, outputs);
    await db.run(
      `CREATE TEMP TABLE ${complete} AS SELECT f.*, o.* EXCLUDE (__row) FROM ${table} f JOIN ${outputs} o USING (__row) ORDER BY f.__row`,
    );
  } finally {
    await db.drop([outputs]);
  }
  return complete;
}

/** Rows that are read before any of their outputs is appended. */
const SLAB = 100_000;

/**
 * Runs the functions over every row of a frame's table and appends their outputs to another. An appender's flush ends
 * a result that is being streamed on its connection, so rows are read whole, a slab at a time.
 */
async function computeRows(
  db: Database,
  functions: readonly ReturnType<typeof functionOf>[],
  table: string,
  timestamp: string,
  outputs: string,
): Promise<void> {
  const inputs = functions.flatMap((f) => f.inputs);
  const select = [`__row`, `${duckdb.micros(timestamp)}`, ...inputs.map((i) => i.sql)].join(", ");
  const [counted] = await db.rows(`SELECT count(*)::INTEGER AS n FROM ${table}`);
  const total = Number(counted?.["n"]);
  const appender = await db.connection.createAppender(outputs);
  for (let from = 0; from < total; from += SLAB) {
    const slab: Chunk[] = [];
    const where = `__row >= ${from} AND __row < ${from + SLAB}`;
    for await (const chunk of db.chunks(`SELECT ${select} FROM ${table} WHERE ${where}`)) slab.push(chunk);
    for (const chunk of slab) appendOutputs(appender, chunk, functions, inputs);
  }
  appender.closeSync();
  const [written] = await db.rows(`SELECT count(*)::INTEGER AS n FROM ${outputs}`);
  if (Number(written?.["n"]) !== total) {
    throw new LockstepError({
      code: "FRAME_ROWS",
      place: "on-demand features",
      what: `of ${total} rows ${Number(written?.["n"])} were computed`,
      mend: "this is a mistake of Lockstep's own: please report it",
    });
  }
}

function appendOutputs(
  appender: Awaited<ReturnType<Database["connection"]["createAppender"]>>,
  chunk: Chunk,
  functions: readonly ReturnType<typeof functionOf>[],
  inputs: readonly Input[],
): void {
  const [rows, instants] = [chunk.column(0, { kind: "int64" }), chunk.column(1, { kind: "int64" })];
  const values = inputs.map((input, i) => chunk.column(i + 2, input.type));
  for (let row = 0; row < chunk.rows; row++) {
    appender.appendBigInt(rows.get(row) as bigint);
    let next = 0;
    for (const { ir, declared, member, inputs: own } of functions) {
      const given = Object.fromEntries(own.map((input) => [input.name, values[next++]?.get(row) ?? null]));
      const results = computeOnDemand(declared.compute, ir.outputs, given, instants.get(row) as bigint);
      for (const { output } of member.outputs) {
        const outcome = results[ir.outputs.findIndex((o) => o.name === output)];
        if (!outcome || "failure" in outcome)
          throw failed(ir, rows.get(row) as bigint, outcome?.failure ?? "no output");
        appendValue(appender, outputType(ir, output), outcome.value);
      }
    }
    appender.endRow();
  }
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
  return { ir, declared, member, inputs: [...request, ...features] };
}

const failed = (ir: OnDemandIR, row: bigint, why: string) =>
  new LockstepError({
    code: "ON_DEMAND_FAILED",
    place: `on-demand feature '${ir.name}', row ${row}`,
    what: why,
    mend: "its inputs can be null: return null for what cannot be computed",
  });

const outputType = (ir: OnDemandIR, output: string): TypeIR =>
  ir.outputs.find((o) => o.name === output)?.type as TypeIR;
