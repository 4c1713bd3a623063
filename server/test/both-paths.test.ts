import { LockstepError, type RepoIR, type Value } from "@lockstep/core";
import type { AnswerError, FeatureReader } from "@lockstep/online";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bothPaths, HEADERS } from "./both-paths.js";
import { everyType } from "./every-type.js";
import { type Cell, example, fakeReader } from "./example.js";
import { HARD_VALUES } from "./hard-values.js";

/** Each cell's value and status follow from its column and row, and some fail. */
const failures = (repo: RepoIR, cell: (column: string, row: number) => Cell): FeatureReader => ({
  read: async (service, rows, options) => {
    if (rows.length === 13)
      throw new LockstepError({ code: "NOT_MATERIALIZED", place: "view 'v'", what: "never", mend: "do" });
    if (rows.length === 14) throw new TypeError("a secret");
    const answer = await fakeReader(repo, (column, _row, index) => cell(column, index)).read(service, rows, options);
    const errors: AnswerError[] = answer.columns.flatMap(({ name }) =>
      rows.flatMap((_, row) =>
        (name.length * 7 + row * 3) % 11 === 0
          ? [{ row, column: name, code: "STATE_CORRUPT", message: `bytes of ${row}` }]
          : [],
      ),
    );
    return { ...answer, errors: rows.length > 3 ? errors : [] };
  },
});

const flights = bothPaths(
  example,
  failures(example, (column, row) => {
    if ((column.length + row) % 5 === 0) return { value: null, status: row % 2 === 0 ? "MISSING" : "EXPIRED" };
    if (column.startsWith("departure") && !column.endsWith("usual")) return { value: row };
    if (column.includes("flights") || column.endsWith("last_delay"))
      return { value: BigInt(row) * 2n ** 55n, eventTime: 7n };
    return { value: [Number.NaN, -0, 0.1, 1e300, Infinity][row % 5] as number, eventTime: BigInt(row) };
  }),
);

const types = bothPaths(
  everyType,
  failures(everyType, (column, row) => {
    if (!column.startsWith("every__")) return { value: row % 2 === 0 };
    const hard = HARD_VALUES[row % HARD_VALUES.length] as Readonly<Record<string, Value>>;
    return { value: row % 4 === 3 ? null : (hard[column.slice("every__".length)] ?? null) };
  }),
);

const TWO = `entities: [{origin: "ORD", destination: "SFO", scheduled: "2001-03-01T12:00:00.000001Z"}, {origin: "LAX"}]`;
const ENTITIES = { entities: [{ origin: "ORD" }, { origin: "ORD", destination: null }, {}, { origin: "ORD" }] };
const many = (count: number) => ({ entities: Array.from({ length: count }, (_, i) => ({ origin: `A${i}` })) });
const BY_VARIABLE = `query Q($entities: [FlightDelayEntity!]!, $at: Timestamp) {
  flight_delay(entities: $entities, at: $at) { t watermark rows { origin_delays { flights_3h _statuses { flights_3h } } } } }`;

const COLUMNS = `query Q($entities: [FlightDelayEntity!]!, $at: Timestamp) {
  flight_delay(entities: $entities, at: $at) { watermark columns { departure { day: weekday } origin_delays { flights_3h mean_delay_3h
    _statuses { flights_3h } } route_history { last_delay _event_times { t: last_delay } _statuses { last_delay } } } t } }`;

const PLANNED: readonly [query: string, variables?: unknown, operationName?: unknown][] = [
  [
    `{ flight_delay(${TWO}) { t watermark rows { origin_delays { mean_delay_3h flights_3h _statuses { mean_delay_3h } }
     dest { flights_1d } route_history { last_delay _statuses { last_delay } _event_times { last_delay } }
     departure { day: weekday } } } }`,
  ],
  [
    `{ flight_delay(${TWO}) { ...R rows { again: origin_delays { flights_1d } } } }
    fragment R on FlightDelayResult { list: rows { ... on FlightDelayRow { origin_delays { m: mean_delay_7d flights_ever @skip(if: true) } }
      ... @include(if: false) { departure { hour } } dest { _statuses { late_share_1d } } route_history { _event_times { last_delay } } } }`,
  ],
  [`{ flight_delay(${TWO}) { t watermark rows { __typename } __typename } __typename }`],
  [`{ flight_delay(${TWO}) { __typename } again: flight_delay(entities: []) { rows { dest { flights_1d } } } }`],
  [
    `{ __proto__: flight_delay(entities: {origin: "X"}) { constructor: t __proto__: rows { __proto__: dest { __proto__: flights_1d toString: flights_1d } } } }`,
  ],
  [`{ flight_delay(entities: [], at: null) { rows { departure { hour } } } }`],
  [`{ flight_delay(entities: [], at: "2001-03-01T14:00:00.000007+01:00") { t rows { departure { hour } } } }`],
  [
    `{ flight_delay(${TWO}) { rows { origin_delays { flights_3h } } rows { origin_delays { a: flights_3h flights_1d } dest { flights_1d } } } }`,
  ],
  [BY_VARIABLE, ENTITIES],
  [BY_VARIABLE, { ...ENTITIES, at: "2001-03-01" }, "Q"],
  [BY_VARIABLE, { entities: { origin: "one that is no list" } }],
  [BY_VARIABLE, { ...ENTITIES, at: null, unknown: 1 }],
  [BY_VARIABLE, many(40)],
  [BY_VARIABLE, many(13)],
  [BY_VARIABLE, many(14)],
  [
    `query ($o: String, $e: [FlightDelayEntity!]! = [{origin: "D"}]) { a: flight_delay(entities: [{origin: $o}]) { t rows { dest { flights_1d } } }
     b: flight_delay(entities: $e) { rows { dest { flights_1d } } } }`,
    { o: "ORD" },
  ],
  [`query ($o: String) { flight_delay(entities: [{origin: $o}]) { rows { dest { flights_1d } } } }`, {}],
  [COLUMNS, ENTITIES],
  [COLUMNS, many(40)],
  [COLUMNS, many(13)],
  [COLUMNS, many(14)],
  [COLUMNS, { entities: [] }],
  [
    `query ($entities: [FlightDelayEntity!]!) { flight_delay(entities: $entities) { ...C columns { dest { __typename flights_1d } }
      rows { dest { flights_1d } } } }
    fragment C on FlightDelayResult { __proto__: columns { ... on FlightDelayColumns { __proto__: dest { __proto__: flights_1d @skip(if: false) } } __typename } }`,
    many(7),
  ],
];

const YOGAS: readonly [query: string, variables?: unknown, operationName?: unknown][] = [
  ["{ _catalog { name } }"],
  ["{ __schema { queryType { name } } }"],
  [`{ _catalog_service(name: "nope") { name } }`],
  ["{ flight_delay(entities: []) { nothing } }"],
  ["{ flight_delay"],
  [""],
  [`query ($yes: Boolean!) { flight_delay(${TWO}) { t @skip(if: $yes) rows { __typename } } }`, { yes: true }],
  [`query A { __typename } query B { flight_delay(entities: []) { t } }`, {}, "B"],
  [BY_VARIABLE, ENTITIES, "Other"],
  [BY_VARIABLE, {}],
  [BY_VARIABLE, { entities: null }],
  [BY_VARIABLE, { entities: [null] }],
  [BY_VARIABLE, { entities: [{ origin: 1 }] }],
  [BY_VARIABLE, { entities: [{ nothing: 1 }] }],
  [BY_VARIABLE, { entities: [["ORD"]] }],
  [BY_VARIABLE, { entities: "ORD" }],
  [BY_VARIABLE, { ...ENTITIES, at: "soon" }],
  [BY_VARIABLE, [1]],
  [BY_VARIABLE, "text"],
  [BY_VARIABLE, ENTITIES, 5],
];

/** A query by row, asked by column; null where fragments are of rows. */
const byColumn = (query: string): string | null => {
  const columns = query.replaceAll(/\brows \{/g, "columns {");
  return columns === query || columns.includes("FlightDelayRow") ? null : columns;
};

const asked = ([query, variables, operationName]: readonly [string, unknown?, unknown?]) => ({
  query,
  ...(variables === undefined ? {} : { variables }),
  ...(operationName === undefined ? {} : { operationName }),
});

describe("an answer from a plan is what Yoga answers", () => {
  test.each(PLANNED.map(asked))("%j", async (request) => {
    expect(await flights.isPlanned(request)).toBe(true);
    await flights.same(request);
  });

  test.each(
    PLANNED.flatMap(([query, ...more]) => {
      const columns = byColumn(query);
      return columns === null ? [] : [asked([columns, ...more])];
    }),
  )("by column: %j", async (request) => {
    expect(await flights.isPlanned(request)).toBe(true);
    await flights.same(request);
  });

  test("with every type, whole and in parts", async () => {
    const fields = `a_bool an_int32 an_int64 a_float32 a_float64 a_decimal a_string some_bytes a_date a_timestamp some_json
      a_list a_vector place: a_struct { c: city visits seen __typename } other: a_struct { visits } some_structs { again: n n }`;
    const query = `query ($e: [EverythingEntity!]!) { everything(entities: $e) { rows { every { ${fields} _statuses { a_list } } echo { fine } } } }`;
    const text = (value: unknown) => (typeof value === "bigint" ? String(value) : value);
    const entity = {
      id: "9007199254740993",
      region: "é\u2028",
      an_int64: 12,
      a_float64: "-0",
      a_vector: [1, "NaN", 2],
      a_list: ["1", null, 3],
    };
    for (const count of [1, 3, 4, 9]) {
      const request = {
        query,
        variables: {
          e: Array.from({ length: count }, () => ({ ...entity, a_struct: { city: "x", seen: [text(1n)] } })),
        },
      };
      // A timestamp in JSON is text in ISO 8601: this one is refused.
      expect(await types.isPlanned(request)).toBe(false);
      await types.same(request);
      const good = {
        query,
        variables: {
          e: Array.from({ length: count }, () => ({ ...entity, a_struct: { city: "x", seen: ["2001-01-01"] } })),
        },
      };
      expect(await types.isPlanned(good)).toBe(true);
      const { data } = await types.same(good);
      const columns = { ...good, query: byColumn(query) as string };
      expect(await types.isPlanned(columns)).toBe(true);
      const transposed = (await types.same(columns)).data.everything.columns;
      expect(rowsOf(transposed, count)).toEqual(data.everything.rows);
    }
  });

  test("for each type of answer that is asked for", async () => {
    const request = asked([BY_VARIABLE, many(13)]);
    for (const accept of [
      "*/*",
      "application/graphql-response+json",
      "application/graphql-response+json, application/json",
    ]) {
      expect(await flights.isPlanned(request, { ...HEADERS, accept })).toBe(true);
      await flights.same(request, { ...HEADERS, accept });
    }
  });
});

describe("what has no plan is Yoga's", () => {
  test.each(YOGAS.map(asked))("%j", async (request) => {
    expect(await flights.isPlanned(request)).toBe(false);
    await flights.same(request);
  });
});

/** Columns as the rows that they are of. */
const rowsOf = (columns: object, count: number) =>
  Array.from({ length: count }, (_, row) => {
    const at = (of: object): object =>
      Object.fromEntries(
        Object.entries(of).map(([name, value]) => [name, Array.isArray(value) ? value[row] : at(value)]),
      );
    return at(columns);
  });

const pick = <T>(...of: readonly T[]) => fc.constantFrom(...of);
const aliased = (name: string) =>
  fc
    .oneof(
      { weight: 9, arbitrary: pick("", "", `a_${name}: `, `b_${name}: `) },
      { weight: 1, arbitrary: pick("a: ", "__proto__: ") },
    )
    .map((alias) => alias + name);
const some = (item: fc.Arbitrary<string>) => fc.array(item, { minLength: 1, maxLength: 4 }).map((all) => all.join(" "));
const rarely = <T>(often: T, ...seldom: readonly T[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: pick(...seldom) });
const directive = fc.oneof(
  { weight: 30, arbitrary: pick("", "", "", " @include(if: true)", " @skip(if: true)") },
  { weight: 1, arbitrary: fc.constant(" @skip(if: $flag)") },
);

/** Selections that may clash in their aliases, which validation refuses on both paths. */
const feature = (names: readonly string[]) => fc.tuple(pick(...names).chain(aliased), directive).map(([f, d]) => f + d);
const member = (name: string, names: readonly string[], row: readonly string[] = []) =>
  fc
    .tuple(
      aliased(name),
      some(
        fc.oneof(
          feature(names),
          some(feature(names)).map((f) => `_statuses { ${f} }`),
          some(feature(names)).map((f) => `... { ${f} }`),
          ...(row.length > 0 ? [some(feature(row)).map((f) => `_event_times { ${f} }`)] : []),
          pick("__typename"),
        ),
      ),
      directive,
    )
    .map(([field, set, d]) => `${field}${d} { ${set} }`);
const rows = some(
  fc.oneof(
    member("origin_delays", ["mean_delay_3h", "flights_3h", "flights_ever"]),
    member("dest", ["flights_1d", "late_share_1d"]),
    member("route_history", ["last_delay"], ["last_delay"]),
    member("departure", ["hour", "weekday"]),
    pick("__typename", "...Row"),
  ),
);
const result = some(
  fc.oneof(
    rows.map((set) => `rows { ${set} }`),
    rows.map((set) => `other: rows { ${set} }`),
    rows.filter((set) => !set.includes("...Row")).map((set) => `columns { ${set} }`),
    rows.filter((set) => !set.includes("...Row")).map((set) => `listed: columns { ${set} }`),
    pick("t", "watermark", "__typename"),
  ),
);
const value = fc.oneof(
  { weight: 40, arbitrary: pick<unknown>("ORD", null, "", "é") },
  { weight: 1, arbitrary: pick<unknown>(1, true, ["ORD"], undefined) },
);
const entities = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.array(fc.record({ origin: value, destination: value }, { requiredKeys: [] }), { maxLength: 20 }),
  },
  { weight: 2, arbitrary: pick<unknown>({ origin: "ORD" }, null, "ORD", [null], undefined) },
);
const document = fc.tuple(
  result,
  fc.option(result),
  rows,
  rarely<unknown>(true, false, "no", undefined),
  entities,
  pick(null, "2001-01-01", "2001-01-01", "soon", undefined),
);

test("generated queries and variables are answered alike", async () => {
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(document, async ([one, other, row, flag, list, at]) => {
      const uses = JSON.stringify([one, other, row]).includes("$flag") ? ", $flag: Boolean!" : "";
      const body = [
        `x: flight_delay(entities: $e, at: $at) { ${one} }`,
        ...(other ? [`flight_delay(entities: [{origin: "Q"}]) { ${other} }`] : []),
      ];
      const fragment = body.join().includes("...Row")
        ? ` fragment Row on FlightDelayRow { ${row.replaceAll("...Row", "__typename")} }`
        : "";
      const query = `query ($e: [FlightDelayEntity!]!, $at: Timestamp${uses}) { ${body.join(" ")} }${fragment}`;
      const request = { query, variables: { e: list, at, flag } };
      if (await flights.isPlanned(request)) planned++;
      await flights.same(request);
    }),
    { numRuns: 200 },
  );
  expect(planned).toBeGreaterThan(20);
});
