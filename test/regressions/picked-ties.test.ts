import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { Database, trainingFrame } from "@lockstep/offline";
import { createReader, openOnlineStore } from "@lockstep/online";
import { expect, it } from "vitest";
import { memoryRegistry } from "../support/memory-registry.js";

// Ties are settled by the columns that the view reads, whichever of its features a service picks: else a service that
// picks some would train on another row than it serves.
it("a picked feature comes from the same row in training and in serving", async () => {
  const events = parquet("events", {
    path: "events.parquet",
    columns: { id: t.int64(), at: t.timestamp(), y: t.int64(), x: t.int64() },
    eventTime: "at",
  });
  const view = featureView("v", {
    entity: entity("thing", { id: t.int64() }),
    source: events,
    features: (f) => ({ a: f.x, b: f.y }),
  });
  const { ir } = compileRepo("p", [featureService("s", [view.pick("a")])]);
  const path = await mkdtemp(join(tmpdir(), "lockstep-ties-"));
  const db = await Database.open({ threads: 1 });
  const store = await openOnlineStore({ kind: "lmdb", path }, "p");
  try {
    await db.run(`CREATE TABLE rows AS SELECT * FROM (VALUES
      (1::BIGINT, TIMESTAMP '2026-01-01', 1::BIGINT, 9::BIGINT), (1, TIMESTAMP '2026-01-01', 2, 3)) r(id, "at", y, x)`);
    const sources = { relation: () => "rows", place: () => "rows", exists: () => true };
    const now = 1_767_312_000_000_000n;
    const [service] = ir.services;
    if (!service) throw new Error("no service");
    const frame = await trainingFrame({ db, repo: ir, computations: new Map(), sources }, service, {
      labels: [{ id: 1n, asked: now }],
      timestamp: "asked",
    });
    const version = { version: 1, repo: ir, bundle: "", generations: { v: 1 }, appliedAt: "", appliedBy: "" };
    const registry = memoryRegistry();
    await materialize({ db, version, sources, store, registry, now });
    const serving = { repo: ir, computations: new Map(), generations: new Map([["v", 1]]) };
    const answer = await createReader({ store, serving: () => serving, now: () => now }).read("s", [{ id: 1n }]);
    expect((await frame.rows())[0]?.["v__a"]).toBe(3n);
    expect(answer.columns[0]?.values).toEqual([3n]);
  } finally {
    await store.close();
    db.close();
    await rm(path, { recursive: true });
  }
});
