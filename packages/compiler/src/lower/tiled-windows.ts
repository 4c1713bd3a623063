import type { WindowIR } from "@lockstep/core";
import { joinRows, type Span } from "./buckets.js";
import type { Cte } from "./cte.js";
import { eventsFor } from "./frame-events.js";
import { isVersioned, type Member, relationName } from "./member.js";
import { mergedSql, PartialColumns } from "./partials.js";
import { joinOpenRows, settledEdges, type Tiles, tilesOf } from "./tiles.js";
import { inside, minus, windowSql, windowsReach } from "./window.js";
import { distinctWindows, finished, valueSql, type WindowPlan, type WindowRelation } from "./window-plan.js";

/**
 * Windows that end alike, over tiles: the coarsest that fit, finer ones towards both ends, single events after the last
 * whole tile, and late events. No event is in two of them, so their partials merge.
 */
export function tiledWindows(
  member: Member,
  plans: readonly WindowPlan[],
  levels: readonly number[],
  index: number,
): WindowRelation {
  const { dialect, hints } = member;
  const { windows, of } = distinctWindows(plans);
  const [first] = windows as [WindowIR];
  const tiles = tilesOf(member, {
    events: eventsFor(member, plans),
    levels,
    edge: first.bounds === "(]" ? 1 : 0,
    settle: Math.max(hints.settle, first.offset),
    specs: plans.flatMap((p) => p.specs),
    index,
  });
  const partials = new PartialColumns(dialect);
  for (const plan of plans) for (const spec of plan.specs) partials.columns({ spec, window: of(plan) });
  const [edges, found, name] = ["edges", "found", "windows"].map((n) => relationName(member, `${n} ${index}`)) as [
    string,
    string,
    string,
  ];
  const view = new TiledView(member, tiles, windows);
  const branches: Cte[] = [
    ...levels.map((_, i) => ({
      name: relationName(member, `${i === levels.length - 1 ? "whole" : "finer"} ${index} level ${i + 1}`),
      why:
        i === levels.length - 1
          ? "the longest tiles that lie in the window and are complete at the instant asked for"
          : "shorter tiles, between the longer ones and the ends of the window",
      sql: view.joinLevel(edges, i, partials),
    })),
    {
      name: relationName(member, `open ${index}`),
      why: "the events that are in no complete tile",
      sql: view.joinOpen(edges, partials),
    },
    ...(tiles.someLate
      ? [
          {
            name: relationName(member, `late ${index}`),
            why: `the events that tiles leave out because they became known late${isVersioned(member) ? " or do not stay" : ""}`,
            sql: view.joinLate(edges, partials),
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
        name: edges,
        why: "where windows begin and end, and up to where tiles are whole",
        materialized: true,
        sql: view.edges(),
      },
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
        sql: finished(member, plans, (plan) => valueSql(member, plan, partials, of(plan)), found),
      },
    ],
  };
}

/** The SQL of some windows over their tiles. */
class TiledView {
  constructor(
    readonly member: Member,
    readonly tiles: Tiles,
    readonly windows: readonly WindowIR[],
  ) {}

  /** For each row asked for: `w<j>` where window j begins, `q` where all end, the edges `u<i>`, and `c<j>_<i>` the first tile of level i that lies in window j. */
  edges(): string {
    const { member, tiles, windows } = this;
    const { dialect } = member;
    const own = windows.map((w) => windowSql(dialect, w, "t"));
    const settled = minus("t", tiles.settle);
    const x = windows[0]?.shape === "hopping" ? `least(${settled}, ${own[0]?.to})` : settled;
    const firstTiles = windows.flatMap((w, j) =>
      tiles.levels.flatMap((level, i) => {
        if (this.#aligned(j, i)) return [];
        const least = w.bounds.startsWith("(") && tiles.edge === 0 ? `w${j} + ${level}` : `w${j} + ${level - 1}`;
        return [`${dialect.floorTo(`(${least})`, level)} AS c${j}_${i + 1}`];
      }),
    );
    return `SELECT *, ${[...settledEdges(member, tiles), ...firstTiles].join(", ")} FROM (
    SELECT rid, kid, t, ${own[0]?.to} AS q, ${x} AS x, ${own.map((w, j) => `${w.from} AS w${j}`).join(", ")}
    FROM ${relationName(member, "asks")}
  )`;
  }

  joinLevel(edges: string, i: number, partials: PartialColumns): string {
    const { member, tiles } = this;
    const coarser = tiles.levels[i + 1];
    const lowest = this.#lowest();
    const ends = coarser === undefined ? [] : this.#unaligned(i + 1).map((j): Span => [`a.w${j}`, `a.w${j}`]);
    const next = `a.u${i + 2}`;
    return joinRows(member, {
      asks: edges,
      rows: tiles.names[i] as string,
      at: "tile",
      select: partials.mergeFrom(tiles.states, (j) => this.#inLevel(j, i)),
      where: [
        `e.tile < a.u${i + 1}`,
        ...(coarser === undefined ? [`e.tile >= ${lowest}`] : ends.length === 0 ? [`e.tile >= ${next}`] : []),
      ],
      buckets:
        coarser === undefined
          ? { width: this.#reach(), spans: [[lowest, "a.x"]] }
          : { width: coarser, spans: [[next, next], ...ends] },
    });
  }

  joinOpen(edges: string, partials: PartialColumns): string {
    const unaligned = this.#unaligned(0);
    return joinOpenRows(this.member, this.tiles, {
      asks: edges,
      select: partials.collect((j) =>
        this.#aligned(j, 0) ? this.#inside(j) : `${this.#inside(j)} AND NOT (${this.#wholeIn(j, 0)})`,
      ),
      where: unaligned.length === 0 ? ["e.tile >= a.u1"] : [],
      end: "a.q",
      also: unaligned.map((j) => `a.w${j}`),
    });
  }

  joinLate(edges: string, partials: PartialColumns): string {
    return joinRows(this.member, {
      asks: edges,
      rows: `(SELECT * FROM ${this.tiles.split} WHERE late)`,
      at: "et",
      select: partials.collect((j) => this.#inside(j)),
      where: ["e.ka <= a.t", ...(isVersioned(this.member) ? ["a.t < e.gone"] : [])],
      buckets: { width: this.#reach(), spans: [[this.#lowest(), "a.q"]] },
    });
  }

  /** The tiles of level i that count for window j: whole, and not in one of the level above. */
  #inLevel(j: number, i: number): string {
    const own = this.#wholeIn(j, i);
    return i + 1 < this.tiles.levels.length ? `${own} AND NOT (${this.#wholeIn(j, i + 1)})` : own;
  }

  #wholeIn(j: number, i: number): string {
    return `e.tile >= ${this.#aligned(j, i) ? `a.w${j}` : `a.c${j}_${i + 1}`} AND e.tile < a.u${i + 1}`;
  }

  #inside(j: number): string {
    const { lower, upper } = windowSql(this.member.dialect, this.windows[j] as WindowIR, "t");
    return inside({ from: `a.w${j}`, to: "a.q", lower, upper }, "e.et");
  }

  /** Window j always begins where a tile of level i does. */
  #aligned(j: number, i: number): boolean {
    const { shape, hop } = this.windows[j] as WindowIR;
    const level = this.tiles.levels[i] as number;
    return shape !== "sliding" && hop % level === 0;
  }

  #unaligned(i: number): number[] {
    return this.windows.flatMap((_, j) => (this.#aligned(j, i) ? [] : [j]));
  }

  #lowest(): string {
    const begins = this.windows.map((_, j) => `a.w${j}`);
    return begins.length === 1 ? (begins[0] as string) : `least(${begins.join(", ")})`;
  }

  #reach(): number {
    return (windowsReach(this.windows) ?? 0) + (this.tiles.levels.at(-1) ?? 0);
  }
}
