import { compileRepo, featureService, onDemand, t } from "@lockstep/core";
import { Database, trainingFrame } from "@lockstep/offline";
import { expect, it } from "vitest";

// An appender's flush ends a result that is being streamed on the same connection: rows beyond the first flush, at
// 204,800, were lost without a word.
it("a frame with on-demand features keeps every one of its rows", async () => {
  const twice = onDemand("twice", {
    request: { n: t.int64() },
    outputs: { value: t.int64() },
    compute: ({ n }) => ({ value: n === null ? null : n * 2n }),
  });
  const { ir, computations } = compileRepo("p", [featureService("s", [twice])]);
  const [service] = ir.services;
  if (!service) throw new Error("no service");
  const db = await Database.open({ threads: 1 });
  try {
    const sources = { relation: () => "nothing", place: () => "nothing", exists: () => true };
    const frame = await trainingFrame({ db, repo: ir, computations, sources }, service, {
      labels: { sql: "SELECT i AS n, TIMESTAMP '2001-03-01' AS asked FROM range(450000) r(i)" },
      timestamp: "asked",
    });
    const [counts] = await frame.query(
      "SELECT count(*) AS rows, count(*) FILTER (twice__value = 2 * n) AS right, max(n) AS last FROM frame",
    );
    expect(counts).toEqual({ rows: 450_000n, right: 450_000n, last: 449_999n });
    await frame.close();
  } finally {
    db.close();
  }
});
