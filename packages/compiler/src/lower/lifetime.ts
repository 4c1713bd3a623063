import type { Cte } from "./cte.js";
import { FOREVER } from "./events.js";
import { eventsFor } from "./frame-events.js";
import { joinIntervals } from "./intervals.js";
import { isVersioned, type Member, relationName } from "./member.js";
import { mergedSql, type PartialColumns, partialsOf } from "./partials.js";
import { finished, valueSql, type WindowPlan, type WindowRelation } from "./window-plan.js";

/** Lifetimes whose states are small are answered by running aggregates; a list would be copied for every event. */
export const runsAlong = ({ dialect }: Member, { feature, specs }: WindowPlan): boolean =>
  feature.window.shape === "lifetime" && !specs.some((spec) => dialect.partials[spec.fn].wide);

/** From when an event counts for a lifetime, after its event time: `greatest(ka, et + delay)`. */
export const lifetimeDelay = ({ feature: { window } }: WindowPlan): number =>
  window.offset + (window.bounds.endsWith("]") ? 0 : 1);

/** Lifetime windows that end alike: an event counts from one instant on, so a running aggregate answers them all. */
export function lifetimeWindows(member: Member, plans: readonly WindowPlan[], index: number): WindowRelation {
  const delay = lifetimeDelay(plans[0] as WindowPlan);
  const partials = partialsOf(
    member.dialect,
    plans.flatMap((p) => p.specs),
  );
  const events = eventsFor(member, plans);
  const versioned = isVersioned(member);
  const lasting = versioned ? `(SELECT * FROM ${events} WHERE gone = ${FOREVER})` : events;
  const running = runningCtes(member, lasting, delay, partials, index);
  const [found, name] = [`found ${index}`, `lifetime ${index}`].map((n) => relationName(member, n)) as [string, string];
  return {
    name,
    plans,
    ctes: [
      ...running.ctes,
      ...(versioned
        ? passingCtes(member, events, delay, partials, running.sql, index, found)
        : [{ name: found, why: "for each row asked for, the running aggregate at its instant", sql: running.sql }]),
      {
        name,
        why: "the features' values",
        sql: finished(member, plans, (plan) => valueSql(member, plan, partials, null), found),
      },
    ],
  };
}

/** The aggregate over all that counts by then, and the query that looks it up for each row asked for. */
export function runningCtes(
  member: Member,
  events: string,
  delay: number,
  partials: PartialColumns,
  index: number,
): { readonly ctes: readonly Cte[]; readonly sql: string } {
  const [rows, running] = [`contributions ${index}`, `running ${index}`].map((n) => relationName(member, n)) as [
    string,
    string,
  ];
  const over = "OVER (PARTITION BY kid ORDER BY av ROWS UNBOUNDED PRECEDING)";
  return {
    ctes: [
      {
        name: rows,
        why: "what the events that begin to count at one instant contribute",
        sql: `SELECT kid, greatest(ka, et + ${delay}) AS av, ${partials.collect().join(", ")}
  FROM ${events}
  GROUP BY kid, av`,
      },
      {
        name: running,
        why: "the aggregate over all that counts by then",
        sql: `SELECT kid, av, ${partials.merge(over).join(", ")} FROM ${rows}`,
      },
    ],
    sql: lookUp(member, partials, running, "av", "a.t"),
  };
}

/** The newest state of a running aggregate at or before an instant. */
export function lookUp(
  member: Member,
  partials: PartialColumns,
  running: string,
  at: string,
  instant: string,
  asks?: string,
): string {
  const columns = partials.names().map((c) => `r.${c}`);
  return `SELECT a.rid, ${columns.join(", ")}
  FROM ${asks ?? relationName(member, "asks")} a ASOF JOIN ${running} r ON a.kid = r.kid AND ${instant} >= r.${at}`;
}

/** An event that a correction ends stops counting then, so it is in no running aggregate. */
function passingCtes(
  member: Member,
  events: string,
  delay: number,
  partials: PartialColumns,
  running: string,
  index: number,
  found: string,
): Cte[] {
  const [passing, counting] = [`passing ${index}`, `counting ${index}`].map((n) => relationName(member, n)) as [
    string,
    string,
  ];
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
      name: found,
      why: "both together",
      sql: mergedSql(partials, [running, `SELECT * FROM ${counting}`]),
    },
  ];
}
