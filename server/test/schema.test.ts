import { compileRepo, entity, featureService, featureView, LockstepError, onDemand, parquet, t } from "@lockstep/core";
import { validateSchema } from "graphql/index.js";
import { expect, test } from "vitest";
import { buildSchema, catalogOf, printSdl } from "../src/index.js";
import { everyType } from "./every-type.js";
import { example } from "./example.js";

const a = entity("a", { id: t.int64() });
const source = parquet("s", {
  path: "s.parquet",
  columns: { at: t.timestamp(), id: t.int64(), x: t.int64(), y: t.int64() },
  eventTime: "at",
});
const view = <const N extends string>(name: N) =>
  featureView(name, { entity: a, source, features: (f) => ({ x: f.x, y: f.y }) });
const compiled = (...declarations: unknown[]) => compileRepo("p", declarations).ir;

function problems(...declarations: unknown[]) {
  try {
    buildSchema(compiled(...declarations));
  } catch (error) {
    if (error instanceof LockstepError) return error.diagnostics.map(({ code, place }) => [code, place]);
    throw error;
  }
  return [];
}

test("the example's schema", async () => {
  await expect(printSdl(example)).toMatchFileSnapshot("./example.sdl");
  expect(validateSchema(buildSchema(example))).toEqual([]);
});

test("the schema of every type", async () => {
  await expect(printSdl(everyType)).toMatchFileSnapshot("./every-type.sdl");
  expect(validateSchema(buildSchema(everyType))).toEqual([]);
});

test("members with all of a view's features share its type, others have their own", () => {
  const v = view("v");
  const sdl = printSdl(
    compiled(
      featureService("one", [v, v.as("w", { id: "w_id" }), v.as("z", { id: "z_id" }).pick("x")]),
      featureService("two", [v.rename({ x: "renamed" })]),
    ),
  );
  expect(sdl).toMatch(/type OneRow \{\s+v: V!\s+w: V!\s+z: OneZ!\s+\}/);
  expect(sdl).toMatch(/type TwoRow \{\s+v: V!\s+\}/);
  expect(sdl.match(/^type V \{/gm)).toHaveLength(1);
});

test("a deprecated feature says so, and is in the catalog with its reason", () => {
  const old = featureView("old", { entity: a, source, features: (f) => ({ x: f.x }), deprecated: { x: "ask for y" } });
  const repo = compiled(featureService("s", [old]));
  expect(printSdl(repo)).toMatch(/type Old \{\s+x: Int64 @deprecated\(reason: "ask for y"\)/);
  expect(catalogOf(repo).services[0]?.columns).toMatchObject([{ column: "old__x", deprecated: "ask for y" }]);
});

test("a service that needs no input has an input type none the less", () => {
  const everywhere = featureView("everywhere", { source, features: (f) => ({ x: f.x }) });
  const schema = buildSchema(compiled(featureService("s", [everywhere])));
  expect(validateSchema(schema)).toEqual([]);
});

test("features that only an on-demand feature reads are not shown", () => {
  const v = view("v");
  const o = onDemand("o", { features: { x: v.f.x }, outputs: { z: t.int64() }, compute: ({ x }) => ({ z: x }) });
  expect(printSdl(compiled(featureService("s", [o])))).toMatch(/type SRow \{\s+o: O!\s+\}/);
  expect(printSdl(compiled(featureService("s", [v.pick("y"), o])))).toContain("type SV {\n  y: Int64\n  _statuses");
});

test("names that GraphQL can't tell apart are an error of the build", () => {
  const v = view("v");
  expect(problems(featureService("my_service", [v]), featureService("myService", [v]))).toEqual([
    ["SCHEMA_CLASH", "feature service 'my_service'"],
    ["SCHEMA_CLASH", "feature service 'my_service'"],
    ["SCHEMA_CLASH", "feature service 'my_service'"],
    ["SCHEMA_CLASH", "feature service 'my_service'"],
  ]);
  expect(problems(featureService("s", [view("s_row")]))).toEqual([["SCHEMA_CLASH", "feature view 's_row'"]]);
  expect(problems(featureService("s", [view("s_columns")]))).toEqual([["SCHEMA_CLASH", "feature view 's_columns'"]]);
  expect(problems(featureService("s", [view("s")]))).toEqual([]);
  expect(problems(featureService("s", [view("date")]))).toEqual([["SCHEMA_CLASH", "feature view 'date'"]]);
  expect(problems(featureService("s", [v.as("w", { id: "the id" })]))).toEqual([
    ["SCHEMA_NAME", "feature service 's', inputs"],
  ]);
  expect(problems(featureService("s", []))).toEqual([["SCHEMA_EMPTY", "feature service 's'"]]);
});
