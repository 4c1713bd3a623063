import { describe, expect, it } from "vitest";
import { compileRepo, computeOnDemand, hourOf, type OnDemand, onDemand, t, type Value } from "../src/index.js";
import { mistakesIn } from "./diagnostics.js";
import { delays } from "./flights.js";

// biome-ignore lint/suspicious/noExplicitAny: functions that no repo should have are tried
const of = (compute: (...given: any[]) => any, options: object = {}): OnDemand =>
  onDemand("o", { request: { x: t.int64() }, outputs: { y: t.float64() }, compute, ...options });

const asyncMethod = {
  async compute() {
    return { y: 1 };
  },
};

describe("an impure function", () => {
  it.each<[string, (...given: never[]) => unknown]>([
    ["Date", () => ({ y: Date.now() })],
    ["Date", () => ({ y: new Date().getHours() })],
    ["Math.random", () => ({ y: Math.random() })],
    ["performance", () => ({ y: performance.now() })],
    ["crypto", () => ({ y: crypto.getRandomValues(new Uint8Array(1))[0] })],
    ["fetch", () => ({ y: fetch("http://example.org") })],
    ["Intl", () => ({ y: new Intl.NumberFormat().format(1).length })],
    ["toLocaleString", (n: never) => ({ y: (n as number).toLocaleString().length })],
    ["localeCompare", (a: never) => ({ y: (a as string).localeCompare("b") })],
    ["process", () => ({ y: process.pid })],
    ["globalThis", () => ({ y: Object.keys(globalThis).length })],
    ["setTimeout", () => ({ y: setTimeout(() => 0) })],
    ["await", async () => ({ y: await 1 })],
    ["async", async () => ({ y: 1 })],
    ["async", asyncMethod.compute],
    // biome-ignore lint/security/noGlobalEval: it is refused
    ["eval", () => ({ y: eval("1") })],
    ["Date", (who: never) => ({ y: `it's ${Date.now()} for ${who}'s clock`.length })],
  ])("uses %s: %o", (word, compute) => {
    expect(mistakesIn(of(compute as never))).toEqual([
      {
        code: "ON_DEMAND_IMPURE",
        place: "on-demand feature 'o'",
        what: `its function uses '${word}', so two runs could differ`,
        mend: "compute from the request, the features and `t` alone, synchronously",
      },
    ]);
  });

  it("is not one that only speaks of it", () => {
    const speaks = (given: { x: bigint | null; dated: string }) => {
      // Date and fetch are words here
      /* and Math.random */
      return { y: given.dated === "Date" || given.dated === 'it\'s "fetch"' ? 1 : 0 };
    };
    expect(mistakesIn(of(speaks))).toEqual([]);
  });
});

describe("an on-demand feature", () => {
  it("has outputs with names that do not clash", () => {
    const outputs = { a__b: t.int64(), "c d": t.int64(), y: t.int64(), Y: t.int64() };
    expect(mistakesIn(of(() => ({}), { outputs }))).toMatchObject([
      { code: "NAME_RESERVED", place: "on-demand feature 'o', output 'a__b'" },
      { code: "NAME_INVALID", place: "on-demand feature 'o', output 'c d'", what: "'c d' is not a name for an output" },
      { code: "NAME_CLASH", place: "on-demand feature 'o'", what: "'y' and 'Y' clash", mend: "rename one of them" },
    ]);
  });

  it("has request fields and features that do not clash", () => {
    const options = { request: { total: t.int64() }, features: { Total: delays.f.total_1h } };
    expect(mistakesIn(of(() => ({}), options))).toMatchObject([
      { code: "NAME_CLASH", what: "'total' and 'Total' clash" },
    ]);
  });

  it("is compiled with its code, so that a plan sees it change", () => {
    const codes = [of(() => ({ y: 1 })), of(() => ({ y: 2 }))].map((o) => compileRepo("p", [o]).ir.onDemands[0]?.code);
    expect(codes).toEqual(["() => ({ y: 1 })", "() => ({ y: 2 })"]);
  });
});

describe("running one", () => {
  const outputs = [
    { name: "y", type: t.float64().ir },
    { name: "n", type: t.int64().ir },
  ];
  // biome-ignore lint/suspicious/noExplicitAny: functions that the types would refuse are tried
  const run = (compute: (inputs: any, context: { t: bigint }) => unknown, inputs: Record<string, Value> = { x: 1n }) =>
    computeOnDemand(compute as never, outputs, inputs, 3_600_000_000n);

  it("gives its outputs in their order, as values of their types", () => {
    expect(run(({ x }, context) => ({ n: 7, y: Number(x) + hourOf(context.t) }))).toEqual([
      { value: 2 },
      { value: 7n },
    ]);
  });

  it("keeps NaN, -0 and nulls", () => {
    expect(run(() => ({ y: Number.NaN, n: null }))).toEqual([{ value: Number.NaN }, { value: null }]);
    expect(run(() => ({ y: -0, n: undefined }))).toEqual([{ value: -0 }, { value: null }]);
  });

  it("gives the function what is its own, to sort as it likes", () => {
    const given = { list: [2, 1], bytes: new Uint8Array([2, 1]), parts: { inner: [2, 1] } };
    const sorting = (own: typeof given) => {
      own.list.sort();
      own.bytes.sort();
      own.parts.inner.sort();
      return { y: own.list[0], n: null };
    };
    expect(run(sorting, given)).toEqual([{ value: 1 }, { value: null }]);
    expect(given).toEqual({ list: [2, 1], bytes: new Uint8Array([2, 1]), parts: { inner: [2, 1] } });
  });

  it("fails each output with the first line of what was thrown, and no place", () => {
    const failing = () => {
      throw new TypeError("x is not what it should be\nat a place");
    };
    const failed = { failure: "it failed: x is not what it should be" };
    expect(run(failing)).toEqual([failed, failed]);
  });

  it("fails one output alone where only its type is wrong", () => {
    expect(run(() => ({ y: "many", n: 1n }))).toEqual([{ failure: "its output 'y' is not a float64" }, { value: 1n }]);
    expect(run(() => ({ y: 1, n: 1.5 }))).toEqual([{ value: 1 }, { failure: "its output 'n' is not a int64" }]);
  });

  it.each([[5], [null], [undefined], [Promise.resolve({ y: 1, n: 1n })]])("fails where it gives %o", (result) => {
    const failed = { failure: "it must give an object with its outputs, synchronously" };
    expect(run(() => result)).toEqual([failed, failed]);
  });
});
