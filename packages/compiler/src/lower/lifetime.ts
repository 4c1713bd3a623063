import type { FeaturePlan } from "@lockstep/core";
import type { Cte } from "./cte.js";
import { FOREVER } from "./events.js";
import { joinIntervals } from "./intervals.js";
import { isVersioned, type Member, type Piece, relationName } from "./member.js";
import { finishSql, PartialColumns } from "./partials.js";
import { overflowPlace, windowColumn } from "./window-columns.js";

type WindowPlan = Extract<FeaturePlan, { kind: "window" }>;

/** Lifetime windows that end alike: an event counts from one instant on, so a running aggregate answers them all. */
export function lifetimePiece(member: Member, plans: readonly WindowPlan[], index: number): Piece {
  const { dialect } = member;
  const first = plans[0]?.feature.window;
  const delay = (first?.offset ?? 0) + (first?.bounds.endsWith("]") ? 0 : 1);
  const [running, joined] = [`running ${index}`, `lifetime ${index}`].map((n) => relationName(member, n)) as [
    string,
    string,
  ];
  const partials = new PartialColumns(dialect);
  const uses = plans.map((plan) => plan.specs.map((spec) => partials.columns({ spec, condition: null })));
  const rows = relationName(member, `contributions ${index}`);
  const over = `OVER (PARTITION BY kid ORDER BY av ROWS UNBOUNDED PRECEDING)`;
  const versioned = isVersioned(member);
  const columns = plans.map((plan, i) => ({
    name: `f${i}`,
    value: finishSql(
      dialect,
      plan.feature,
      (uses[i] ?? []).map((cs) => cs.map((c) => `r.${c}`)),
      overflowPlace(member, plan.feature, "a"),
    ),
    plan,
  }));
  const values = columns.map((c) => `${c.value} AS ${c.name}`).join(", ");
  const asks = relationName(member, "asks");
  return {
    ctes: [
      {
        name: rows,
        why: "what the events that begin to count at one instant contribute",
        sql: `SELECT kid, greatest(ka, et + ${delay}) AS av, ${partials.collect().join(", ")}
  FROM ${relationName(member, "events")}${versioned ? ` WHERE gone = ${FOREVER}` : ""}
  GROUP BY kid, av`,
      },
      {
        name: running,
        why: "the aggregate over all that counts by then",
        sql: `SELECT kid, av, ${partials.merge(over).join(", ")} FROM ${rows}`,
      },
      ...(versioned
        ? versionedJoin(member, index, delay, partials, values)
        : [
            {
              name: joined,
              why: "for each row asked for, the running aggregate at its instant",
              sql: `SELECT a.rid, ${values}
  FROM ${asks} a
  ASOF JOIN ${running} r ON a.kid = r.kid AND a.t >= r.av`,
            },
          ]),
    ],
    name: joined,
    columns: columns.map(({ plan, name }) => windowColumn(dialect, plan.feature, `${joined}.${name}`)),
  };
}

/** An event that a correction ends stops counting then, so it is in no running aggregate. */
function versionedJoin(member: Member, index: number, delay: number, partials: PartialColumns, values: string): Cte[] {
  const [asks, events, passing, counting, running, joined] = [
    "asks",
    "events",
    `passing ${index}`,
    `counting ${index}`,
    `running ${index}`,
    `lifetime ${index}`,
  ].map((n) => relationName(member, n)) as [string, string, string, string, string, string];
  return [
    {
      name: passing,
      why: "the events that a correction ends, each from when it counts",
      materialized: true,
      sql: `SELECT *, greatest(ka, et + ${delay}) AS av FROM ${events} WHERE gone < ${FOREVER}`,
    },
    {
      name: counting,
      why: "for each row asked for, those that count at its instant",
      sql: joinIntervals(member, passing, partials.collect()),
    },
    {
      name: joined,
      why: "the features' values from both",
      sql: `SELECT a.rid, ${values} FROM (
    SELECT rid, ${partials.merge().join(", ")} FROM (
      SELECT a.rid, ${partials
        .names()
        .map((c) => `r.${c}`)
        .join(", ")} FROM ${asks} a ASOF JOIN ${running} r ON a.kid = r.kid AND a.t >= r.av
      UNION ALL SELECT * FROM ${counting}
    ) GROUP BY rid
  ) r JOIN ${asks} a USING (rid)`,
    },
  ];
}
