/** A named subquery, and why it is there. */
export interface Cte {
  readonly name: string;
  readonly why: string;
  readonly sql: string;
  /** Computed once though it is read several times. */
  readonly materialized?: boolean;
}

/** `WITH a AS (...), b AS (...) select`, each with its comment. */
export function withCtes(ctes: readonly Cte[], select: string): string {
  if (ctes.length === 0) return select;
  const parts = ctes.map(
    ({ name, why, sql, materialized }) =>
      `-- ${why.replaceAll("\n", " ")}\n${name} AS ${materialized === false ? "NOT MATERIALIZED " : materialized ? "MATERIALIZED " : ""}(\n  ${sql}\n)`,
  );
  return `WITH\n${parts.join(",\n")}\n${select}`;
}
