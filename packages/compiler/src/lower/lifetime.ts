import type { FeaturePlan } from "@lockstep/core";
import { type Member, type Piece, relationName } from "./member.js";
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
  return {
    ctes: [
      {
        name: rows,
        why: "what the events that begin to count at one instant contribute",
        sql: `SELECT kid, greatest(ka, et + ${delay}) AS av, ${partials.collect().join(", ")}
  FROM ${relationName(member, "events")}
  GROUP BY kid, av`,
      },
      {
        name: running,
        why: "the aggregate over all that counts by then",
        sql: `SELECT kid, av, ${partials.merge(over).join(", ")} FROM ${rows}`,
      },
      {
        name: joined,
        why: "for each row asked for, the running aggregate at its instant",
        sql: `SELECT a.rid, ${columns.map((c) => `${c.value} AS ${c.name}`).join(", ")}
  FROM ${relationName(member, "asks")} a
  ASOF JOIN ${running} r ON a.kid = r.kid AND a.t >= r.av`,
      },
    ],
    name: joined,
    columns: columns.map(({ plan, name }) => windowColumn(dialect, plan.feature, `${joined}.${name}`)),
  };
}
