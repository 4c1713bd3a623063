import { expect, it } from "vitest";
import { typecheck } from "./typecheck.js";

const VIEWS = 50;
const FEATURES = ["mean(f.delay)", "sum(f.delay)", "count()", "max(f.distance)", "mean(f.delay.gt(15))"];
const WINDOWS = ["1h", "3h", "1d", "7d"];

/** A repo of 50 views with 20 features each, an alias of each view, and a service of them all. */
function repo(): string {
  const features = FEATURES.flatMap((feature, i) => WINDOWS.map((w) => `f${i}_${w}: ${feature}.over("${w}")`));
  const views = Array.from(
    { length: VIEWS },
    (_, i) => `export const view${i} = featureView("view${i}", {
  entity: airport,
  source: flights,
  features: (f) => ({ ${features.join(", ")} }),
});`,
  );
  const members = Array.from({ length: VIEWS }, (_, i) => `view${i}, view${i}.as("to${i}", { origin: "destination" })`);
  return `import { type AnswerOf, count, entity, featureService, featureView, max, mean, parquet, type RequestOf, sum, t } from "core";
const airport = entity("airport", { origin: t.string() });
const flights = parquet("flights", {
  path: "flights.parquet",
  columns: { at: t.timestamp(), delay: t.int64(), distance: t.int64(), origin: t.string() },
  eventTime: "at",
});
${views.join("\n")}
export const all = featureService("all", [${members.join(", ")}]);
export const request: RequestOf<typeof all> = { origin: "ORD", destination: null };
export const value = (answer: AnswerOf<typeof all>): bigint | null => answer.to${VIEWS - 1}__f1_7d;
`;
}

it("a repo of a thousand features costs the type checker little", () => {
  const said = typecheck(repo(), "--extendedDiagnostics");
  expect(said).not.toContain("error");
  const instantiations = Number(/Instantiations:\s+(\d+)/.exec(said)?.[1]);
  console.info(`instantiations of a thousand features: ${instantiations}`);
  expect(instantiations).toBeGreaterThan(0);
  expect(instantiations).toBeLessThan(400_000);
});
