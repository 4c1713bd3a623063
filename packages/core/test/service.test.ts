import { describe, expect, it } from "vitest";
import {
  compileRepo,
  count,
  entity,
  type FeatureService,
  featureService,
  featureView,
  onDemand,
  parquet,
  serviceColumns,
  t,
} from "../src/index.js";
import { mistakesIn } from "./diagnostics.js";
import { airport, delays, flights } from "./flights.js";

function compiled(service: FeatureService) {
  const [ir] = compileRepo("p", [service]).ir.services;
  if (!ir) throw new Error("no service");
  return {
    ir,
    inputs: ir.inputs.map((i) => `${i.name} ${i.type.kind} ${i.role}`),
    columns: serviceColumns(ir.members),
  };
}
// biome-ignore lint/suspicious/noExplicitAny: some of what is tried is refused by the types
const service = (...members: any[]) => featureService("s", members);

const guess = onDemand("guess", {
  request: { at_noon: t.bool(), origin: t.string() },
  features: { total: delays.f.total_1h, flights: delays.f.flights_1h },
  outputs: { score: t.float64() },
  compute: ({ total }) => ({ score: total === null ? null : Number(total) }),
});

describe("a service", () => {
  it("asks for its views' keys and gives their features by view and name", () => {
    const { inputs, columns } = compiled(service(delays));
    expect(inputs).toEqual(["origin string key"]);
    expect(columns).toEqual(["delays__last_delay", "delays__total_1h", "delays__flights_1h"]);
  });

  it("uses a view twice under two names, with its keys mapped", () => {
    const { ir, inputs, columns } = compiled(
      service(delays, delays.as("dest", { origin: "destination" }).pick("last_delay")),
    );
    expect(inputs).toEqual(["origin string key", "destination string key"]);
    expect(columns.at(-1)).toBe("dest__last_delay");
    expect(ir.members[1]).toMatchObject({
      kind: "view",
      view: "delays",
      alias: "dest",
      keys: { origin: "destination" },
    });
  });

  it("picks features in the order asked for, and renames them", () => {
    const chosen = delays.as("from").pick("flights_1h", "last_delay").rename({ last_delay: "delay" });
    expect(compiled(service(chosen)).columns).toEqual(["from__flights_1h", "delay"]);
  });

  it("asks for what an on-demand feature's request holds, once", () => {
    expect(compiled(service(delays, guess)).inputs).toEqual(["origin string key", "at_noon bool request"]);
    expect(compiled(service(guess, delays)).inputs).toEqual(["at_noon bool request", "origin string request"]);
  });

  it("adds without a column what only an on-demand feature reads of a view that it has", () => {
    const { ir, columns } = compiled(service(delays.pick("total_1h"), guess));
    expect(columns).toEqual(["delays__total_1h", "guess__score"]);
    expect(ir.members[0]).toMatchObject({
      features: [
        { feature: "total_1h", column: "delays__total_1h" },
        { feature: "flights_1h", column: null },
      ],
    });
  });

  it("adds the whole view without columns where only an on-demand feature reads it, and its keys", () => {
    const { ir, inputs, columns } = compiled(service(delays.as("dest", { origin: "destination" }), guess));
    expect(columns.filter((c) => c.startsWith("delays__"))).toEqual([]);
    expect(ir.members[2]).toEqual({
      kind: "view",
      view: "delays",
      alias: "delays",
      keys: { origin: "origin" },
      features: [
        { feature: "total_1h", column: null },
        { feature: "flights_1h", column: null },
      ],
    });
    expect(inputs).toEqual(["destination string key", "at_noon bool request", "origin string request"]);
  });

  it("reads a renamed feature for an on-demand one without a second column", () => {
    const { ir, columns } = compiled(service(delays.rename({ total_1h: "sum" }), guess));
    expect(columns).toEqual(["delays__last_delay", "sum", "delays__flights_1h", "guess__score"]);
    expect(ir.members).toHaveLength(2);
  });

  it("carries its description and its owner", () => {
    const { ir } = compiled(featureService("s", [delays], { description: "what", owner: "who" }));
    expect(ir).toMatchObject({ description: "what", owner: "who" });
  });

  it("is found with all that it refers to, each once, by name", () => {
    const { ir } = compileRepo("p", [service(guess), delays, "no declaration", null]);
    expect(ir.entities.map((e) => e.name)).toEqual(["airport"]);
    expect(ir.sources.map((s) => s.name)).toEqual(["flights"]);
    expect(ir.views.map((v) => v.name)).toEqual(["delays"]);
    expect(ir.onDemands.map((o) => o.name)).toEqual(["guess"]);
  });
});

describe("a service's mistakes", () => {
  it("FEATURE_UNKNOWN: a pick or a rename of what the view has not", () => {
    // biome-ignore lint/suspicious/noExplicitAny: the types refuse it
    const loose = delays as any;
    const [picked, renamed] = mistakesIn(service(loose.pick("last_dely").rename({ nothing_near: "x" })));
    expect(picked).toEqual({
      code: "FEATURE_UNKNOWN",
      place: "feature service 's', view 'delays'",
      what: "view 'delays' has no feature 'last_dely' (did you mean 'last_delay'?)",
      mend: "it has last_delay, total_1h, flights_1h",
    });
    expect(renamed).toMatchObject({ code: "FEATURE_UNKNOWN", what: "view 'delays' has no feature 'nothing_near'" });
  });

  it("KEY_UNKNOWN: a mapping of a key that the entity has not", () => {
    expect(mistakesIn(service(delays.as("dest", { orign: "destination" } as never)))).toEqual([
      {
        code: "KEY_UNKNOWN",
        place: "feature service 's', view 'dest'",
        what: "entity 'airport' has no key 'orign' (did you mean 'origin'?)",
        mend: "its keys are origin",
      },
    ]);
    const everywhere = featureView("everywhere", { source: flights, features: () => ({ n: count().over("1h") }) });
    expect(mistakesIn(service(everywhere.as("here", { origin: "x" } as never)))).toMatchObject([
      {
        code: "KEY_UNKNOWN",
        what: "entity '(none)' has no key 'origin'",
        mend: "the view has no entity: leave the mapping out",
      },
    ]);
  });

  it("MEMBER_CLASH: two members of one name", () => {
    expect(mistakesIn(service(delays.pick("total_1h"), delays.pick("flights_1h")))).toEqual([
      {
        code: "MEMBER_CLASH",
        place: "feature service 's'",
        what: "'delays' is in it twice",
        mend: 'give one another name: delays.as("other")',
      },
    ]);
    expect(mistakesIn(service(delays, delays.as("Delays")))[0]).toMatchObject({
      code: "MEMBER_CLASH",
      what: "'delays' and 'Delays' differ only in case",
    });
    expect(mistakesIn(service(delays.as("guess"), guess))[0]?.code).toBe("MEMBER_CLASH");
  });

  it("COLUMN_CLASH: two features in one column", () => {
    expect(mistakesIn(service(delays.rename({ total_1h: "delays__last_delay" })))).toEqual([
      {
        code: "COLUMN_CLASH",
        place: "feature service 's'",
        what: "two features want the column 'delays__last_delay'",
        mend: 'rename one: view.rename({ feature: "other_name" })',
      },
    ]);
    expect(mistakesIn(service(delays.rename({ total_1h: "x", last_delay: "X" })))[0]?.what).toBe(
      "the columns 'X' and 'x' differ only in case",
    );
    expect(mistakesIn(service(delays.pick("total_1h", "total_1h")))[0]?.code).toBe("COLUMN_CLASH");
  });

  it("INPUT_CLASH: one input as two types, or two that differ only in case", () => {
    const typed = onDemand("typed", {
      request: { origin: t.int64() },
      outputs: { x: t.int64() },
      compute: ({ origin }) => ({ x: origin }),
    });
    expect(mistakesIn(service(delays, typed))).toEqual([
      {
        code: "INPUT_CLASH",
        place: "feature service 's'",
        what: "'origin' is asked for as a string and as a int64",
        mend: "give the two the same type or other names",
      },
    ]);
    expect(mistakesIn(service(delays, delays.as("dest", { origin: "Origin" })))).toEqual([
      {
        code: "INPUT_CLASH",
        place: "feature service 's'",
        what: "the inputs 'origin' and 'Origin' differ only in case",
        mend: "rename one of them",
      },
    ]);
  });

  it("INPUT_CLASH: two keys of a view read from one column are one input", () => {
    const route = entity("route", { origin: t.string(), destination: t.string() });
    const routes = featureView("routes", {
      entity: route,
      source: flights,
      features: () => ({ n: count().over("1h") }),
    });
    expect(compiled(service(routes.as("loop", { destination: "origin" }))).inputs).toEqual(["origin string key"]);
  });

  it("NAME_INVALID and NAME_RESERVED: an alias that is no name", () => {
    expect(mistakesIn(service(delays.as("the destination")))).toMatchObject([
      {
        code: "NAME_INVALID",
        place: "feature service 's', view 'the destination'",
        what: "'the destination' is not a name for a view in a service",
      },
    ]);
    expect(mistakesIn(service(delays.as("a__b")))[0]?.code).toBe("NAME_RESERVED");
  });

  it("are found beside those of what the service refers to", () => {
    const broken = parquet("broken", { path: "", columns: { at: t.timestamp() }, eventTime: "when" as "at" });
    const view = featureView("v", {
      entity: airport,
      source: broken as never,
      features: () => ({ n: count().over("1h") }),
    });
    expect(mistakesIn(service(view, view)).map((d) => d.code)).toEqual([
      "VIEW_KEY_COLUMN",
      "SOURCE_EVENT_TIME",
      "MEMBER_CLASH",
      "COLUMN_CLASH",
    ]);
  });
});
