import { compileRepo } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { edgeAsks } from "./edges.js";
import { frameDifferences } from "./frame-differences.js";
import { type Case, cases } from "./model.js";
import { settings } from "./settings.js";

/** What every run of the tests draws: `npm run fuzz` draws more. */
const RUNS = 2_500;
const LABELS = 280;
const REQUIRED = { declarations: 2_000, labels: 200_000 };

describe("training frames agree with the oracle", () => {
  let db: Database;
  const views = new Set<string>();
  const drawn = { declarations: 0, labels: 0, values: 0, present: 0 };

  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
  });
  afterAll(() => {
    db.close();
    console.info(`frames: ${JSON.stringify(drawn)}`);
  });

  it("for random views, rows and instants on the edges", { timeout: 3_600_000 }, async () => {
    const run = settings(RUNS);
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        expect(await compare(c)).toEqual([]);
      }),
      run,
    );
    if (run.numRuns === RUNS && run.path === undefined) {
      expect(drawn.declarations).toBeGreaterThanOrEqual(REQUIRED.declarations);
      expect(drawn.labels).toBeGreaterThanOrEqual(REQUIRED.labels);
    }
  });

  async function compare(c: Case): Promise<readonly string[]> {
    // The labels of the case itself may repeat; a few of the others are asked for twice.
    const edges = edgeAsks(c, LABELS);
    const { differences, labels, values, present } = await frameDifferences(db, c, [
      ...c.asks,
      ...edges,
      ...edges.slice(0, 2),
    ]);
    views.add(JSON.stringify(compileRepo("p", [c.service]).ir));
    drawn.declarations = views.size;
    drawn.labels += labels;
    drawn.values += values;
    drawn.present += present;
    return differences;
  }
});
