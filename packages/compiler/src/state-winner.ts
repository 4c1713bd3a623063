import type { Cte } from "./lower/cte.js";
import { inputColumn } from "./lower/events.js";
import { keyList, keysEqual, keysOf, type Member, relationName } from "./lower/member.js";

/**
 * A key's winner at the watermark: first its event time, from narrow columns, then the event that has it. Few keys have
 * several such events, and only theirs are sorted. `order` is the terms that sort a key's events. `every`: also a row
 * of nulls for each key whose events all come later, so that nobody needs another list of the keys.
 */
export function winnerCtes(member: Member, winner: string, watermark: bigint, order: string, every: boolean): Cte[] {
  const { view, layout } = member;
  const [events, newest, candidates, ties] = ["events", "newest", "candidates", "ties"].map((n) =>
    relationName(member, n),
  ) as [string, string, string, string];
  const values = (layout.latest?.inputs ?? []).map(inputColumn);
  const columns = ["et", ...values].join(", ");
  const visible = `et ${view.asOf} ${watermark}`;
  const group = keysOf(view).length > 0 ? ` GROUP BY ${keysOf(view).join(", ")}` : "";
  return [
    {
      name: newest,
      why: "when each key's greatest event at or before the watermark happened",
      materialized: true,
      sql: every
        ? `SELECT ${keyList(view)}max(et) FILTER (${visible}) AS et FROM ${events}${group}`
        : `SELECT ${keyList(view)}max(et) AS et FROM ${events} WHERE ${visible}${group}`,
    },
    {
      name: candidates,
      why: "the events that happened then",
      materialized: true,
      sql: `SELECT e.* FROM ${events} e SEMI JOIN ${newest} n ON ${keysEqual(view, "e", "n")} AND e.et = n.et`,
    },
    {
      name: ties,
      // Where each key has one, which counting tells, nothing is grouped.
      why: "the keys with several of them, if there are more such events than keys",
      materialized: true,
      sql: `SELECT ${keyList(view)}count(*) AS n FROM ${candidates}
  WHERE (SELECT count(*) FROM ${candidates}) > (SELECT count(et) FROM ${newest})${group} HAVING count(*) > 1`,
    },
    {
      // Not row_number() = 1: the engine turns that into arg_max over a struct, which loses the sign of a zero.
      name: winner,
      why: "the greatest event at or before the watermark",
      sql: `SELECT ${keyList(view)}${columns} FROM ${candidates} e ANTI JOIN ${ties} s ON ${keysEqual(view, "e", "s")}
  UNION ALL
  SELECT ${keyList(view)}${columns} FROM (
    SELECT e.* FROM ${candidates} e SEMI JOIN ${ties} s ON ${keysEqual(view, "e", "s")}
  ) QUALIFY lead(et) OVER (${keysOf(view).length > 0 ? `PARTITION BY ${keysOf(view).join(", ")} ` : ""}ORDER BY ${order}) IS NULL${every ? `\n  UNION ALL\n  SELECT ${keyList(view)}${["et", ...values.map((i) => `NULL AS ${i}`)].join(", ")} FROM ${newest} WHERE et IS NULL` : ""}`,
    },
  ];
}
