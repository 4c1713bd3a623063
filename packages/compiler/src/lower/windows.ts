import type { FeaturePlan } from "@lockstep/core";
import type { Cte } from "./cte.js";
import { FOREVER } from "./events.js";
import { isVersioned, type Member, type Piece, relationName } from "./member.js";
import { finishSql, PartialColumns } from "./partials.js";
import { inside, minus, windowSql } from "./window.js";
import { overflowPlace, windowColumn } from "./window-columns.js";

export type WindowPlan = Extract<FeaturePlan, { kind: "window" }>;

/**
 * Windows that share shape, hop, bounds and offset, lifetimes among them where their states are too wide to run along. Every branch gives partials for each row asked for, over events
 * that no other branch counts; they are merged and finished at the end.
 *
 * Sparse keys: one branch, all events of the key. Dense keys: whole tiles once nearly all of their events are known,
 * the events of the tiles that are not that far, and the late events that tiles leave out.
 */
export function windowsPiece(member: Member, plans: readonly WindowPlan[], index: number): Piece {
  const { dialect } = member;
  const partials = new PartialColumns(dialect);
  const uses = plans.map((plan) => {
    const window = inside(windowSql(dialect, plan.feature.window, "a.t"), "e.et");
    return plan.specs.map((spec) => partials.columns({ spec, condition: window }));
  });
  const tiled = member.hints.dense && (plans[0]?.feature.window.hop ?? 0) > 0;
  const branches = tiled
    ? tiledBranches(member, plans, partials, index)
    : [eventsBranch(member, plans, partials, index)];
  const name = relationName(member, `windows ${index}`);
  const columns = plans.map((plan, i) => ({
    plan,
    name: `f${i}`,
    value: finishSql(dialect, plan.feature, uses[i] ?? [], overflowPlace(member, plan.feature, "a")),
  }));
  const last = branches.at(-1)?.name ?? "";
  const merged =
    branches.length === 1
      ? last
      : `(\n    SELECT rid, ${partials.merge().join(", ")} FROM (${branches
          .filter((b) => b.branch)
          .map((b) => `SELECT * FROM ${b.name}`)
          .join(" UNION ALL ")}) GROUP BY rid\n  )`;
  return {
    ctes: [
      ...branches,
      {
        name,
        why: "the features' values from what the branches found",
        sql: `SELECT a.rid, ${columns.map((c) => `${c.value} AS ${c.name}`).join(", ")}
  FROM ${merged} m JOIN ${relationName(member, "asks")} a USING (rid)`,
      },
    ],
    name,
    columns: columns.map((c) => windowColumn(dialect, c.plan.feature, `${name}.${c.name}`)),
  };
}

type Branch = Cte & { readonly branch?: boolean };

/** All of the windows' events for each row asked for. */
function eventsBranch(member: Member, plans: readonly WindowPlan[], partials: PartialColumns, index: number): Branch {
  const widest = widestOf(plans);
  const window = windowSql(member.dialect, widest, "a.t");
  const reach = window.from === null ? null : widest.size + widest.hop;
  return {
    name: relationName(member, `partials ${index}`),
    branch: true,
    why: `the events of the window for each row asked for${reach === null ? "" : `, no older than ${reach} microseconds before its end`}`,
    sql: joinEvents(member, "events", partials, inside(window, "e.et"), {
      from: window.from ?? "0",
      to: window.to,
      reach,
    }),
  };
}

function tiledBranches(
  member: Member,
  plans: readonly WindowPlan[],
  partials: PartialColumns,
  index: number,
): Branch[] {
  const { dialect, hints } = member;
  const { hop, offset, bounds } = plans[0]?.feature.window ?? { hop: 1, offset: 0, bounds: "[)" };
  const edge = bounds === "(]" ? 1 : 0;
  const versioned = isVersioned(member);
  const settle = Math.max(hints.settle, offset);
  const widest = widestOf(plans);
  const window = windowSql(dialect, widest, "a.t");
  const from = window.from ?? "0";
  const [split, tiles, whole, open, late] = ["split", "tiles", "whole", "open", "late"].map((n) =>
    relationName(member, `${n} ${index}`),
  ) as [string, string, string, string, string];

  const states = new PartialColumns(dialect);
  const fromTiles = new PartialColumns(dialect);
  for (const plan of plans) {
    const lower = windowSql(dialect, plan.feature.window, "a.t").from;
    for (const spec of plan.specs) {
      states.columns({ spec, condition: null });
      fromTiles.columns({ spec, condition: plan.feature.window.size === widest.size ? null : `e.tile >= ${lower}` });
    }
  }
  const reach = widest.size + hop;
  // A tile is whole at t once it ended `settle` ago; the first that is not begins here.
  const firstOpen = dialect.floorTo(minus("a.t", settle), hop);
  return [
    {
      name: split,
      why: `each event's tile of ${hop} microseconds, and whether it became known more than ${hints.settle} after the tile's end${versioned ? " or does not stay" : ""}`,
      materialized: true,
      sql: `SELECT *, ka > tile + ${hop + hints.settle}${versioned ? ` OR gone < ${FOREVER}` : ""} AS late FROM (
    SELECT *, ${dialect.floorTo(minus("et", edge), hop)} AS tile FROM ${relationName(member, "events")}
  )`,
    },
    {
      name: tiles,
      why: "partials of each key's tiles",
      sql: `SELECT kid, tile, ${states.collect().join(", ")}
  FROM ${split} WHERE NOT late GROUP BY kid, tile`,
    },
    {
      name: whole,
      branch: true,
      why: "the tiles of the window that are complete at the instant asked for",
      sql: joinBuckets(
        member,
        tiles,
        "tile",
        fromTiles.mergeFrom(states),
        `e.tile >= ${from} AND e.tile < ${firstOpen}`,
        {
          from,
          to: minus("a.t", settle),
          reach,
        },
      ),
    },
    {
      name: open,
      branch: true,
      why: "the events of the tiles that are not",
      sql: joinEvents(
        member,
        `split ${index}`,
        partials,
        `NOT e.late AND e.tile >= ${firstOpen} AND ${inside(window, "e.et")}`,
        { from: `${firstOpen}`, to: window.to, reach: settle + hop },
      ),
    },
    {
      name: late,
      branch: true,
      why: `the events that the tiles leave out because they became known late${versioned ? " or do not stay" : ""}`,
      sql: joinEvents(member, `split ${index}`, partials, `e.late AND ${inside(window, "e.et")}`, {
        from,
        to: window.to,
        reach,
      }),
    },
  ];
}

interface Span {
  /** The instants between which an event can count, as SQL over `a`, and the greatest distance between them. Null: any. */
  readonly from: string;
  readonly to: string;
  readonly reach: number | null;
}

function joinEvents(member: Member, events: string, partials: PartialColumns, condition: string, span: Span): string {
  const exists = `e.ka <= a.t${isVersioned(member) ? " AND a.t < e.gone" : ""}`;
  const rows = relationName(member, events);
  return joinBuckets(member, rows, "et", partials.collect(), `${condition} AND ${exists}`, span);
}

/** Joins what was asked for to rows by key and, where keys are dense, by buckets of time as long as the window. */
function joinBuckets(
  member: Member,
  rows: string,
  at: string,
  select: readonly string[],
  condition: string,
  span: Span,
): string {
  const { dialect, hints } = member;
  const asks = relationName(member, "asks");
  const { reach } = span;
  if (!hints.dense || reach === null) {
    return `SELECT a.rid, ${select.join(", ")}
  FROM ${asks} a JOIN ${rows} e ON a.kid = e.kid
  WHERE ${condition} GROUP BY a.rid`;
  }
  const bucket = (x: string) => dialect.floorDiv(x, reach);
  return `SELECT a.rid, ${select.join(", ")}
  FROM (SELECT a.*, ${dialect.integers(bucket(span.from), bucket(span.to))} AS bucket FROM ${asks} a) a
  JOIN (SELECT *, ${bucket(at)} AS bucket FROM ${rows}) e ON a.kid = e.kid AND a.bucket = e.bucket
  WHERE ${condition} GROUP BY a.rid`;
}

const widestOf = (plans: readonly WindowPlan[]) =>
  plans.map((p) => p.feature.window).reduce((a, b) => (b.size > a.size ? b : a));
