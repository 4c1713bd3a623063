import { duckdb } from "@lockstep/compiler";
import {
  columnsRead,
  compileRepo,
  compileSourceRow,
  type EventRow,
  isLockstepError,
  type RowValues,
  type SourceIR,
  stateLayout,
  type TypeIR,
  type Value,
  type ViewIR,
} from "@lockstep/core";
import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Events, eventsSql, idColumn, inputColumn, keyColumn } from "../../packages/compiler/src/lower/events.js";
import { cases } from "./model.js";
import { settings } from "./settings.js";
import { loadRows } from "./table-source.js";

const INT64: TypeIR = { kind: "int64" };
const [TWICE, NEVER] = [-(10n ** 18n), -(10n ** 18n) - 1n];
const ZONES = [
  "America/New_York",
  "Europe/Vienna",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Africa/Monrovia",
];

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

describe("a source's rows as the view's SQL has them", () => {
  it("of random sources and views", { timeout: 3_600_000 }, async () => {
    const drawn = { rows: 0, events: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const { ir } = compileRepo("p", [c.service]);
        const [source, view] = [ir.sources[0] as SourceIR, ir.views[0] as ViewIR];
        const table = await loadRows(db, c.rows);
        const theirs = await eventsOf(source, view, table).finally(() => db.run(`DROP TABLE ${table}`));
        const ours = eventsIn(source, view, c.rows as readonly RowValues[]);
        drawn.rows += c.rows.length;
        drawn.events += ours.length;
        expect(ours).toEqual(theirs);
      }),
      settings(200),
    );
    expect(drawn.events).toBeGreaterThan(0);
  });

  it("whose days are event times, and become known after a while", async () => {
    const source: SourceIR = {
      ...BARE,
      columns: [{ name: "day", type: { kind: "date" } }],
      eventTime: "day",
      knownAt: {
        kind: "call",
        op: "instantPlus",
        type: { kind: "timestamp" },
        args: [
          {
            kind: "call",
            op: "midnight",
            type: { kind: "timestamp" },
            args: [{ kind: "column", name: "day", type: { kind: "date" } }],
          },
          { kind: "literal", type: { kind: "duration" }, value: "108000000000" },
        ],
      },
    };
    const view = viewOf({ name: "day", type: { kind: "date" } });
    await db.run(`CREATE OR REPLACE TABLE days (day DATE)`);
    await db.run(`INSERT INTO days VALUES ('1969-12-31'), ('2001-03-01'), (NULL), ('infinity'), ('-infinity')`);
    const rows = ["1969-12-31", "2001-03-01", null, "+5881580-07-11", "-5877641-06-24"].map((day) => ({ day }));
    expect(eventsIn(source, view, rows)).toEqual(await eventsOf(source, view, "days"));
    expect(eventsIn(source, view, rows)).toHaveLength(2);
  });

  it("whose local times are instants of their zone, or errors", { timeout: 3_600_000 }, async () => {
    const column = { name: "at", type: { kind: "timestamp" } as TypeIR };
    await db.run(
      `CREATE MACRO wrong(what) AS make_timestamp(CASE WHEN contains(what, 'exists twice') THEN ${TWICE} ELSE ${NEVER} END)`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES),
        fc.array(localTimes, { minLength: 100, maxLength: 100 }),
        async (zone, times) => {
          const source: SourceIR = { ...BARE, columns: [{ ...column, zone }] };
          const read = compileSourceRow(source, viewOf(column));
          const ours = times.map((at) => {
            try {
              return (read({ at }) as EventRow).at;
            } catch (error) {
              if (!isLockstepError(error) || error.code !== "SOURCE_LOCAL_TIME") throw error;
              return error.message.includes("exists twice") ? TWICE : NEVER;
            }
          });
          const values = times.map((at, i) => `(${i}, make_timestamp(${at}))`).join(", ");
          const theirs: Value[] = [];
          // Instants stand for the errors, which would end the query.
          const local = duckdb.fromLocal('"at"', zone, "at").replaceAll("error(", "wrong(");
          const sql = `SELECT epoch_us(${local}) FROM (VALUES ${values}) AS t(i, "at") ORDER BY i`;
          for await (const chunk of db.chunks(sql)) {
            for (let i = 0; i < chunk.rows; i++) theirs.push(chunk.column(0, INT64).get(i));
          }
          expect(ours).toEqual(theirs);
        },
      ),
      { ...settings(20), endOnFailure: true },
    );
  });
});

/** Hours and minutes around the changes of clocks, from 1880 to 2090. */
const localTimes = fc
  .record({
    day: fc.integer({ min: -32_800, max: 43_800 }),
    minute: fc.integer({ min: 0, max: 300 }),
    near: fc.constantFrom(
      null,
      "2001-04-01",
      "2001-10-28",
      "2021-03-14",
      "2021-11-07",
      "2011-12-30",
      "1972-01-07",
      "2020-04-05",
    ),
    micros: fc.constantFrom(0n, 0n, -1n, 1n),
  })
  .map(({ day, minute, near, micros }) => {
    const start = near === null ? BigInt(day) * 86_400_000_000n : BigInt(Date.parse(near)) * 1000n;
    return start + BigInt(minute) * 60_000_000n + micros;
  });

const BARE: SourceIR = {
  name: "s",
  kind: "parquet",
  path: "",
  columns: [],
  eventTime: "at",
  knownAt: null,
  lookback: null,
};

const viewOf = (column: { name: string; type: TypeIR }): ViewIR => ({
  name: "v",
  entity: null,
  keys: [],
  source: "s",
  ttl: null,
  asOf: "<=",
  freshness: null,
  features: [{ kind: "row", name: "x", type: column.type, value: { kind: "column", ...column } }],
});

/** Events, each as text, in an order of their own. */
function eventsIn(source: SourceIR, view: ViewIR, rows: readonly RowValues[]): string[] {
  const read = compileSourceRow(source, view);
  return rows
    .map(read)
    .flatMap((row) => ("unused" in row || (source.id === undefined && row.deleted) ? [] : [row]))
    .map(({ key, at, knownAt, inputs, version, id, deleted }) =>
      shown([...key, at, knownAt, ...inputs, version, ...id, deleted]),
    )
    .sort();
}

async function eventsOf(source: SourceIR, view: ViewIR, relation: string): Promise<string[]> {
  const layout = stateLayout(view);
  const reads = columnsRead(view.features);
  const events: Events = { dialect: duckdb, view, source, layout, reads, relation, knownBy: null };
  const typeOf = (name: string) => source.columns.find((c) => c.name === name)?.type as TypeIR;
  const fields: [sql: string, type: TypeIR][] = [
    ...view.keys.map((k, i): [string, TypeIR] => [keyColumn(i), k.type]),
    ["et", INT64],
    ["ka", INT64],
    ...layout.inputs.map(({ type }, i): [string, TypeIR] => [duckdb.emit(type, inputColumn(i)), type]),
    source.version === undefined ? ["NULL::BIGINT", INT64] : ["v0", typeOf(source.version)],
    ...(source.id ?? []).map((id, i): [string, TypeIR] => [idColumn(i), typeOf(id)]),
    [source.id === undefined ? "false" : "del", { kind: "bool" }],
  ];
  const found: string[] = [];
  const sql = `SELECT ${fields.map(([field]) => field).join(", ")} FROM (${eventsSql(events, { ranked: true, keyless: true })})`;
  for await (const chunk of db.chunks(sql)) {
    const columns = fields.map(([, type], i) => chunk.column(i, type));
    for (let i = 0; i < chunk.rows; i++) found.push(shown(columns.map((column) => column.get(i))));
  }
  return found.sort();
}

const shown = (values: readonly Value[]): string => fc.stringify(values);
