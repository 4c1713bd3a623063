import type { SourceIR, ViewIR, WindowFeatureIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, sourceSql } from "./lower/events.js";
import { exprSql } from "./lower/expr.js";
import { keysOf } from "./lower/member.js";

export interface GreatSumsRequest {
  readonly dialect: Dialect;
  readonly source: SourceIR;
  readonly view: ViewIR;
  /** A feature over decimals. */
  readonly feature: WindowFeatureIR;
  readonly relation: string;
  readonly limit: number;
}

/** Less than 128 bits hold, as an unscaled integer: sums of doubles are only near. */
const NEARLY = "1.6e38";

/** The keys, as text, for which a sum of decimals may leave 128 bits: those of the greatest amounts first. */
export function greatSumsSql({ dialect, source, view, feature, relation, limit }: GreatSumsRequest): string {
  const { argument, where } = feature;
  const scale = argument?.type.kind === "decimal" ? argument.type.scale : 0;
  const amount = argument === null ? "0" : `abs((${exprSql(dialect, argument)})::DOUBLE)`;
  const keys = view.keys.map((k, i) => `${keyText(dialect, k)} AS ${keyColumn(i)}, `).join("");
  const names = keysOf(view);
  const known = [...view.keys.map((k) => `${dialect.ident(k.column)} IS NOT NULL`)];
  if (where !== null) known.push(`(${exprSql(dialect, where)})`);
  return `SELECT ${names.map((n) => `${n}, `).join("")}sum(amount) AS total FROM (
  SELECT ${keys}${amount} AS amount FROM (${sourceSql({ dialect, source, relation })}) WHERE ${known.join(" AND ") || "true"}
)${names.length > 0 ? ` GROUP BY ${names.join(", ")}` : ""} HAVING total > ${NEARLY} / 1e${scale}
ORDER BY total DESC${names.map((n) => `, ${n}`).join("")} LIMIT ${limit}`;
}

/** A relation's rows of one key, given as the text that `greatSumsSql` tells. */
export function rowsOfKeySql(
  { dialect, source, view, relation }: Pick<GreatSumsRequest, "dialect" | "source" | "view" | "relation">,
  key: readonly string[],
): string {
  const same = view.keys.map((k, i) => {
    const physical = source.columns.find((c) => c.name === k.column)?.from ?? k.column;
    return `${keyText(dialect, { column: physical, type: k.type })} = ${dialect.text(key[i] ?? "")}`;
  });
  return `(SELECT * FROM ${relation} WHERE ${same.join(" AND ") || "true"})`;
}

const keyText = (dialect: Dialect, { column, type }: Pick<ViewIR["keys"][number], "column" | "type">): string =>
  `${dialect.ident(column)}::${dialect.type(type)}::VARCHAR`;
