import { compileRepo, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { tablesOf } from "../support/tables.js";

// A run looks for keys with several newest events only where there are more such events than keys that have one. A key
// whose only event is not before the watermark has none, and must not count.

const T = 983_448_000_000_000n;

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  asOf: "<",
  features: ({ x }) => ({ x }),
});
const service = featureService("s", [view]);

describe("a key with events that tie", () => {
  const sides = bothSides();

  it("has the greatest of them, however many keys have only an event at the watermark", async () => {
    const rows = [
      ...[1n, 2n, 3n].map((x) => ({ at: T - 1n, k: "rising", x })),
      ...[3n, 2n, 1n].map((x) => ({ at: T - 1n, k: "falling", x })),
      ...["new", "newer", "newest", "last"].map((k) => ({ at: T, k, x: 9n })),
    ];
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, { events: rows });
    const { reader } = await serve(sides.db, sides.store, service, sources, T);
    const { columns } = await reader.read("s", [{ k: "rising" }, { k: "falling" }, { k: "new" }], { at: T });
    expect(columns[0]?.values).toEqual([3n, 3n, null]);
  });
});
