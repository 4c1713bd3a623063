import { LockstepError } from "@lockstep/core";
import { expect, test } from "vitest";
import { type RunningServer, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly { readonly name: string; readonly labels: string; readonly value: number }[];
}

/** Reads Prometheus's text as strictly as Prometheus does: HELP, TYPE, then the samples of that name. */
function families(text: string): Family[] {
  const found: { name: string; help: string; type: string; samples: Family["samples"][number][] }[] = [];
  for (const line of text.split("\n").filter((l) => l !== "")) {
    const help = /^# HELP (\S+) (.+)$/.exec(line);
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+)\})? (\S+)$/.exec(line);
    const last = found.at(-1);
    if (help) found.push({ name: help[1] ?? "", help: help[2] ?? "", type: "", samples: [] });
    else if (type && last && type[1] === last.name) last.type = type[2] ?? "";
    else if (sample && last) {
      const [, name = "", labels = "", value = ""] = sample;
      if (!name.startsWith(last.name)) throw new Error(`${name} comes after ${last.name}`);
      last.samples.push({ name, labels, value: Number(value.replace("+Inf", "Infinity")) });
    } else throw new Error(`this is no line of Prometheus's: ${line}`);
  }
  return found;
}

const UNITS = /_(milliseconds|ms|minutes|hours|days|kilobytes|kb|megabytes|mb|percent)(_|$)/;

/** What `promtool check metrics` would say, and what it can't know. */
function complaints({ name, help, type, samples }: Family): string[] {
  const said = (wrong: boolean, what: string) => (wrong ? [`${name}: ${what}`] : []);
  const series = samples.map((s) => `${s.name}{${s.labels}}`);
  return [
    ...said(help.trim() === "", "no help"),
    ...said(type === "", "no type"),
    ...said(!/^[a-z][a-z0-9_]*$/.test(name), "its name is not in snake case"),
    ...said((type === "counter") !== name.endsWith("_total"), "counters, and no others, end in _total"),
    ...said(/_(count|sum|bucket)$/.test(name), "its name ends as a histogram's parts do"),
    ...said(UNITS.test(name), "its unit is no base unit"),
    ...said(type === "histogram" && !/_(seconds|bytes)$/.test(name), "a histogram without a unit"),
    ...said(name.includes(type) && type !== "", "its name has its type"),
    ...said(new Set(series).size !== series.length, "a series twice"),
    ...said(
      samples.some((s) => type === "counter" && !(s.value >= 0)),
      "a counter below zero",
    ),
    ...(type === "histogram" ? bucketComplaints(name, samples) : []),
  ];
}

/** Each series' buckets rise, up to its count. */
function bucketComplaints(name: string, samples: Family["samples"]): string[] {
  return samples
    .filter((s) => s.name === `${name}_count`)
    .flatMap(({ labels, value }) => {
      const buckets = samples.filter(
        (s) => s.name === `${name}_bucket` && s.labels.replace(/le="[^"]*",?/, "") === labels,
      );
      const rising = buckets.every((b, i) => i === 0 || b.value >= (buckets[i - 1]?.value ?? 0));
      return rising && buckets.at(-1)?.value === value && buckets.length > 1 ? [] : [`${name}{${labels}}: its buckets`];
    });
}

async function withServer<T>(work: (server: RunningServer) => Promise<T>): Promise<T> {
  const statuses = ["PRESENT", "MISSING", "EXPIRED", "NULL"] as const;
  const reader = fakeReader(example, (column, _row, i) => {
    const status = statuses[i % 4] ?? "NULL";
    return { value: status === "PRESENT" ? (column.includes("flights") ? 1n : 0.5) : null, status };
  });
  const server = await startServer({
    reader: async (through) => {
      const store = through({ kind: "redis", read: async () => ({ states: [], published: new Map() }) } as never);
      return {
        read: async (service, rows, options) => {
          await store.read([], []);
          if (rows.length === 5) throw new LockstepError({ code: "NOT_MATERIALIZED", what: "no" });
          return reader.read(service, rows, options);
        },
      };
    },
    repo: example,
    health: async () => ({
      ...(await healthy()),
      views: [
        { view: "origin_delays", watermark: 0n, fresh: false, staleness: 90, freshness: 60 },
        { view: "route_history", watermark: null, staleness: null },
      ],
    }),
    host: "127.0.0.1",
    port: 0,
    log: () => {},
  });
  return work(server).finally(() => server.close());
}

const entities = (n: number) => Array.from({ length: n }, (_, i) => ({ origin: `A${i}` }));
const features = ["origin_delays__mean_delay_3h", "dest__flights_1d"];

test("what an operator sees after real requests: names, units, help, and the numbers", async () => {
  await withServer(async ({ url }) => {
    const post = (path: string, body: object) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const service = "flight_delay";
    expect((await post("/features", { service, entities: entities(4), features })).status).toBe(200);
    expect((await post("/features", { service, entities: entities(5), features })).status).toBe(503);
    expect((await post("/features", { service: "none", entities: [] })).status).toBe(404);
    await post("/graphql", { query: `{ flight_delay(entities: [{origin: "A"}]) { rows { dest { flights_1d } } } }` });
    await post("/graphql", { query: "{ __schema { queryType { name } } }" });
    await post("/get-online-features", { features: ["dest:flights_1d"], entities: { origin: ["A"] } });
    for (const path of ["/healthz", "/readyz", "/metrics", "/nothing"]) await fetch(url + path);

    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    const all = families(text);
    const ours = all.filter(({ name }) => name.startsWith("lockstep_"));
    expect(all.filter(({ name }) => !/^(lockstep|process|nodejs)_/.test(name))).toEqual([]);
    expect(all.flatMap(complaints)).toEqual([]);

    const value = (series: string) => {
      const [name = "", labels = ""] = series.split("{");
      const family = ours.find((f) => name.startsWith(f.name));
      return family?.samples.find((s) => s.name === name && `${s.labels}}` === (labels || "}"))?.value;
    };
    const expected = {
      'lockstep_request_duration_seconds_count{service="flight_delay",operation="read"}': 4,
      'lockstep_requests_total{operation="read",status="200"}': 3,
      'lockstep_requests_total{operation="read",status="503"}': 1,
      'lockstep_requests_total{operation="none",status="404"}': 2,
      'lockstep_errors_total{code="NOT_MATERIALIZED"}': 1,
      'lockstep_errors_total{code="SERVICE_UNKNOWN"}': 1,
      'lockstep_store_read_duration_seconds_count{outcome="ok"}': 4,
      'lockstep_feature_values_total{view="origin_delays",status="MISSING"}': 2,
      'lockstep_feature_values_total{view="origin_delays",status="EXPIRED"}': 2,
      'lockstep_feature_values_total{view="origin_delays",status="NULL"}': 2,
      'lockstep_feature_values_total{view="origin_delays",status="PRESENT"}': 4,
      'lockstep_view_staleness_seconds{view="origin_delays"}': 90,
      'lockstep_view_freshness_seconds{view="origin_delays"}': 60,
      'lockstep_view_fresh{view="origin_delays"}': 0,
      'lockstep_view_staleness_seconds{view="route_history"}': undefined,
      lockstep_registry_version: 1,
      lockstep_requests_in_flight: 1,
      lockstep_store_circuit_state: 0,
    };
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, value(series)]))).toEqual(expected);
    const ready = await (await fetch(`${url}/readyz`)).json();
    expect(ready).toMatchObject({ ready: true, views: [{ view: "origin_delays", fresh: false, staleness: 90 }, {}] });
  });
});

test("the lint sees what it should", () => {
  const wrong = (text: string) => families(text).flatMap(complaints);
  expect(wrong("# HELP a_seconds x\n# TYPE a_seconds gauge\na_seconds 1\n")).toEqual([]);
  expect(wrong("# HELP a x\n# TYPE a counter\na 1\n")).toHaveLength(1);
  expect(wrong("# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n")).toHaveLength(1);
  expect(wrong("# HELP a x\n# TYPE a gauge\na 1\na 2\n")).toHaveLength(1);
  const histogram = '# HELP a_seconds x\n# TYPE a_seconds histogram\na_seconds_bucket{le="1"} 2\n';
  expect(wrong(`${histogram}a_seconds_bucket{le="+Inf"} 3\na_seconds_sum 1\na_seconds_count 3\n`)).toEqual([]);
  expect(wrong(`${histogram}a_seconds_bucket{le="+Inf"} 1\na_seconds_sum 1\na_seconds_count 1\n`)).toHaveLength(1);
  expect(() => families("a 1\n")).toThrow("no line");
});
