import type { Dialect } from "../dialects/dialect.js";
import type { Cte } from "./cte.js";
import { keyColumn } from "./events.js";
import { keysEqual, keysOf, type Member, relationName } from "./member.js";

/** Where a frame's labels are. */
export interface LabelsSql {
  readonly labels: string;
  readonly input: (name: string) => string;
  readonly timestamp: string;
}

/** What the labels ask of a view: `rid` a label's row, `t` its instant, the key, and `kid` a small number for it. */
export function asksCtes(member: Member, keys: Readonly<Record<string, string>>, from: LabelsSql): Cte[] {
  const { dialect, view } = member;
  const asked = relationName(member, "asked");
  const keyed = relationName(member, "keys");
  const inputs = view.keys.map((k) => from.input(keys[k.key] ?? k.key));
  const columns = inputs.map((sql, i) => `${sql} AS ${keyColumn(i)}, `);
  const known = inputs.map((sql) => `${sql} IS NOT NULL`);
  const list = keysOf(view).join(", ");
  return [
    {
      name: asked,
      why: `${member.alias}: what the labels ask of the view ${view.name}; a null key is a key never seen`,
      sql: `SELECT __row AS rid, ${columns.join("")}${dialect.micros(from.timestamp)} AS t
  FROM ${from.labels}${known.length > 0 ? ` WHERE ${known.join(" AND ")}` : ""}`,
    },
    {
      name: keyed,
      why: "a number for each key asked for: cheaper to join, sort and partition by",
      materialized: true,
      sql: list
        ? `SELECT ${list}, ${small(dialect, "row_number() OVER ()")} AS kid FROM (SELECT DISTINCT ${list} FROM ${asked})`
        : `SELECT ${small(dialect, "0")} AS kid`,
    },
    {
      name: relationName(member, "asks"),
      why: "the same, with the key's number",
      materialized: true,
      sql: `SELECT a.*, k.kid FROM ${asked} a JOIN ${keyed} k ON ${keysEqual(view, "a", "k")}`,
    },
  ];
}

const small = (dialect: Dialect, sql: string) => `(${sql})::${dialect.type({ kind: "int32" })}`;
