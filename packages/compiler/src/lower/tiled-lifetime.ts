import { joinRows } from "./buckets.js";
import type { Cte } from "./cte.js";
import { eventsFor } from "./frame-events.js";
import { lifetimeDelay, lookUp, runningCtes } from "./lifetime.js";
import { type Member, relationName } from "./member.js";
import { mergedSql } from "./partials.js";
import { joinOpenRows, settledEdges, tilesOf } from "./tiles.js";
import { minus } from "./window.js";
import { finished, valueSql, type WindowPlan, type WindowRelation } from "./window-plan.js";

/**
 * Lifetime windows that end alike, over tiles: a running aggregate over the longest tiles, shorter ones after them,
 * then single events. Late events have a running aggregate of their own.
 */
export function tiledLifetimes(
  member: Member,
  plans: readonly WindowPlan[],
  levels: readonly number[],
  index: number,
): WindowRelation {
  const { hints } = member;
  const [first] = plans as [WindowPlan];
  const { offset, bounds } = first.feature.window;
  const tiles = tilesOf(member, {
    events: eventsFor(member, plans),
    levels,
    edge: 0,
    settle: Math.max(hints.settle, offset),
    specs: plans.flatMap((p) => p.specs),
    index,
  });
  const partials = tiles.states;
  const [edges, running, found, name] = ["edges", "running tiles", "found", "lifetime"].map((n) =>
    relationName(member, `${n} ${index}`),
  ) as [string, string, string, string];
  const top = levels.length;
  const late = runningCtes(member, `(SELECT * FROM ${tiles.split} WHERE late)`, lifetimeDelay(first), partials, index);
  const branches: Cte[] = [
    {
      name: relationName(member, `whole ${index}`),
      why: "for each row asked for, all complete tiles of the longest kind",
      sql: lookUp(member, partials, running, "until", `a.u${top}`, edges),
    },
    ...levels.slice(0, -1).map((_, i) => ({
      name: relationName(member, `finer ${index} level ${i + 1}`),
      why: "shorter tiles after them",
      sql: joinRows(member, {
        asks: edges,
        rows: tiles.names[i] as string,
        at: "tile",
        select: partials.merge(),
        where: [`e.tile >= a.u${i + 2}`, `e.tile < a.u${i + 1}`],
        buckets: { width: levels[i + 1] as number, spans: [[`a.u${i + 2}`, `a.u${i + 2}`]] },
      }),
    })),
    {
      name: relationName(member, `open ${index}`),
      why: "the events that are in no complete tile",
      sql: joinOpenRows(member, tiles, {
        asks: edges,
        select: partials.collect(),
        where: ["e.tile >= a.u1", `e.et ${bounds.endsWith("]") ? "<=" : "<"} a.q`],
        end: "a.q",
        also: [],
      }),
    },
    ...(tiles.someLate
      ? [
          {
            name: relationName(member, `late ${index}`),
            why: "the events that tiles leave out because they became known late",
            sql: late.sql,
          },
        ]
      : []),
  ];
  return {
    name,
    plans,
    ctes: [
      ...tiles.ctes,
      {
        name: running,
        why: "the longest tiles up to each, from when it is complete",
        sql: `SELECT kid, tile + ${levels.at(-1)} AS until, ${partials.merge("OVER (PARTITION BY kid ORDER BY tile ROWS UNBOUNDED PRECEDING)").join(", ")}
  FROM ${tiles.names.at(-1)}`,
      },
      {
        name: edges,
        why: "up to where tiles are whole",
        materialized: true,
        sql: `SELECT *, ${settledEdges(member, tiles).join(", ")} FROM (
    SELECT rid, kid, t, ${minus("t", offset)} AS q, ${minus("t", tiles.settle)} AS x FROM ${relationName(member, "asks")}
  )`,
      },
      ...(tiles.someLate ? late.ctes : []),
      ...branches,
      {
        name: found,
        why: "all of them together",
        sql: mergedSql(
          partials,
          branches.map((b) => `SELECT * FROM ${b.name}`),
        ),
      },
      {
        name,
        why: "the features' values",
        sql: finished(member, plans, (plan) => valueSql(member, plan, partials, null), found),
      },
    ],
  };
}
