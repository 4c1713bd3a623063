import type { PartialSpec } from "@lockstep/core";
import { joinRows } from "./buckets.js";
import type { Cte } from "./cte.js";
import { FOREVER } from "./events.js";
import { isVersioned, type Member, relationName } from "./member.js";
import { type PartialColumns, partialsOf } from "./partials.js";
import { minus } from "./window.js";

/**
 * A key's time cut into tiles of several lengths, each a multiple of the one before. At an instant, a tile of level i
 * is whole once it ended `settle` ago: those before the edge `u<i>`. What lies between the edges of two levels is in
 * the finer tiles, and what lies after the finest edge is still rows. Events that became known later than that, or do
 * not stay, are in no tile.
 */
export interface Tiles {
  readonly levels: readonly number[];
  /** 1 where a tile holds its end and not its start. */
  readonly edge: 0 | 1;
  readonly settle: number;
  readonly states: PartialColumns;
  /** The events, with the finest tile of each, and `late`. */
  readonly split: string;
  /** The relation of each level. */
  readonly names: readonly string[];
  readonly ctes: readonly Cte[];
  /** Whether some events may be late. */
  readonly someLate: boolean;
}

export interface TilesOptions {
  readonly events: string;
  readonly levels: readonly number[];
  readonly edge: 0 | 1;
  readonly settle: number;
  readonly specs: readonly PartialSpec[];
  readonly index: number;
}

export function tilesOf(member: Member, { events, levels, edge, settle, specs, index }: TilesOptions): Tiles {
  const { dialect, source } = member;
  const versioned = isVersioned(member);
  const someLate = versioned || source.knownAt !== null;
  const states = partialsOf(dialect, specs);
  const split = relationName(member, `split ${index}`);
  const names = levels.map((_, i) => relationName(member, `tiles ${index} level ${i + 1}`));
  const finest = levels[0] as number;
  const late = `, ka > tile + ${finest + settle}${versioned ? ` OR gone < ${FOREVER}` : ""} AS late`;
  return {
    levels,
    edge,
    settle,
    states,
    split,
    names,
    someLate,
    ctes: [
      {
        name: split,
        why: `each event's tile of ${finest} microseconds${someLate ? `, and whether it became known more than ${settle} after the tile's end${versioned ? " or does not stay" : ""}` : ""}`,
        materialized: true,
        sql: `SELECT *${someLate ? late : ""} FROM (SELECT *, ${dialect.floorTo(minus("et", edge), finest)} AS tile FROM ${events})`,
      },
      ...levels.map(
        (level, i): Cte => ({
          name: names[i] as string,
          why: i === 0 ? "what each tile holds" : `tiles of ${level} microseconds from those of ${levels[i - 1]}`,
          materialized: true,
          sql:
            i === 0
              ? `SELECT kid, tile, ${states.collect().join(", ")}
  FROM ${split}${someLate ? " WHERE NOT late" : ""} GROUP BY kid, tile`
              : `SELECT kid, tile, ${states.merge().join(", ")}
  FROM (SELECT * REPLACE (${dialect.floorTo("tile", level)} AS tile) FROM ${names[i - 1]}) GROUP BY kid, tile`,
        }),
      ),
    ],
  };
}

/** `u1, u2, ..` over a relation with `x`, the instant before which events are settled. */
export const settledEdges = ({ dialect }: Member, { levels }: Tiles): string[] =>
  levels.map((level, i) => `${dialect.floorTo("x", level)} AS u${i + 1}`);

/** What is not in whole tiles at the instant asked for, but for late events. */
export interface OpenRows {
  readonly asks: string;
  readonly select: readonly string[];
  readonly where: readonly string[];
  /** The end of the windows, and other instants in whose tiles rows are needed. */
  readonly end: string;
  readonly also: readonly string[];
}

export function joinOpenRows(member: Member, tiles: Tiles, rows: OpenRows): string {
  const { dialect } = member;
  const finest = tiles.levels[0] as number;
  const width = Math.max(finest, tiles.settle);
  const more = rows.also.map((x) => [dialect.floorTo(x, finest), dialect.floorTo(x, finest)] as const);
  return joinRows(member, {
    asks: rows.asks,
    rows: tiles.split,
    at: "tile",
    select: rows.select,
    where: [...rows.where, ...(tiles.someLate ? ["NOT e.late", "e.ka <= a.t"] : [])],
    buckets: { width, spans: [["a.u1", rows.end], ...more] },
  });
}
